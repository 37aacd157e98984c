/** A deterministic random number generator: the same seed gives the same run. (Marsaglia, Xorshift RNGs, 2003; 32 bits.) */
export interface Random {
  /** Returns an integer from 0 to `below` - 1. */
  next(below: number): number;
}

/** @param seed any integer */
export function createRandom(seed: number): Random {
  // The generator never leaves state zero.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  return {
    next(below) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    },
  };
}
