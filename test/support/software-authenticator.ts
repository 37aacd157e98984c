import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Options of a passkey ceremony, as the web app sends them. */
interface CeremonyOptions {
  readonly challenge: string;
}

/** How an authenticator behaves; the defaults are those of one that is used as intended. */
export interface AuthenticatorOptions {
  readonly origin?: string;
  /** Whether it confirms with a PIN or biometrics. */
  readonly verifiesUser?: boolean;
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();

/** Flags of authenticator data (WebAuthn Level 3 §6.1). */
const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

/** A CBOR byte string of 24 to 65,535 bytes, with the shortest length (RFC 8949 §4.2.1). */
const cborBytes = (bytes: Uint8Array) =>
  Buffer.concat([
    Buffer.from(bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 0xff]),
    bytes,
  ]);
/** A CBOR text string of up to 23 characters. */
const cborText = (text: string) => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);

const USED_AS_INTENDED = { origin: 'http://localhost:3000', verifiesUser: true };

/** One passkey of a software authenticator: ES256, attestation "none". */
export class SoftwareAuthenticator {
  readonly id = base64url(randomBytes(32));
  readonly #key: KeyObject;
  readonly #publicKey: Buffer;
  #counter = 0;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#key = privateKey;
    // A COSE key (RFC 9053 §7.1): kty EC2, alg ES256, crv P-256, x, y.
    this.#publicKey = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      cborBytes(Buffer.from(x, 'base64url')),
      Buffer.from([0x22]),
      cborBytes(Buffer.from(y, 'base64url')),
    ]);
  }

  /** Returns the response of a registration. */
  register({ challenge }: CeremonyOptions, behavior: AuthenticatorOptions = {}) {
    const how = { ...USED_AS_INTENDED, ...behavior };
    const id = Buffer.from(this.id, 'base64url');
    const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, this.#publicKey]);
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      Buffer.from([0xa0]),
      cborText('authData'),
      cborBytes(Buffer.concat([this.#data(FLAGS.attested, how), credential])),
    ]);
    return this.#response({
      clientDataJSON: base64url(this.#clientData('webauthn.create', challenge, how)),
      attestationObject: base64url(attestation),
      transports: ['internal'],
    });
  }

  /** Returns the response of an authentication. */
  authenticate({ challenge }: CeremonyOptions, behavior: AuthenticatorOptions = {}) {
    const how = { ...USED_AS_INTENDED, ...behavior };
    const clientData = this.#clientData('webauthn.get', challenge, how);
    const data = this.#data(0, how);
    return this.#response({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(data),
      signature: base64url(sign('sha256', Buffer.concat([data, sha256(clientData)]), this.#key)),
    });
  }

  #response<Response>(response: Response) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string, { origin }: typeof USED_AS_INTENDED): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #data(flags: number, { origin, verifiesUser }: typeof USED_AS_INTENDED): Buffer {
    const used = FLAGS.present | (verifiesUser ? FLAGS.verified : 0);
    this.#counter += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    return Buffer.concat([sha256(new URL(origin).hostname), Buffer.from([used | flags]), counter]);
  }
}
