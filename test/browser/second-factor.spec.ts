import { base32 } from '@better-auth/utils/base32';
import { createOTP } from '@better-auth/utils/otp';
import { expect, type Page, test } from '@playwright/test';
import { addTask, signIn, signUp, VALID_PASSWORD } from './page-actions.ts';

const signOut = async (page: Page) => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
};

/** Gives the page's browser an authenticator that confirms every request with a fingerprint. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Makes the API's next response to `clearTasks` say that the sign-in is too old, as it does after five minutes. */
async function requireStepUpOnce(page: Page): Promise<void> {
  let required = false;
  await page.route('**/graphql', (route, request) => {
    if (required || request.postDataJSON()?.operationName !== 'ClearDoneTasks') return route.fallback();
    required = true;
    return route.fulfill({
      status: 401,
      contentType: 'application/graphql-response+json',
      headers: { 'access-control-allow-origin': new URL(page.url()).origin },
      body: JSON.stringify({
        errors: [
          {
            message: 'Sign in again to use this.',
            extensions: { code: 'STEP_UP_REQUIRED', coordinate: 'Mutation.clearTasks', maxAge: 300 },
          },
        ],
      }),
    });
  });
}

// covers: FACTOR-01, FACTOR-03
test('a user turns on an authenticator app, and signs in with its code and with a backup code', async ({ page }) => {
  const email = await signUp(page);
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByRole('img', { name: 'QR code' }).locator('path')).toHaveAttribute('d', /^M/);
  const key = (await page.locator('form code').innerText()).replaceAll(' ', '');
  const otp = createOTP(new TextDecoder().decode(base32.decode(key)));
  const step = () => Math.floor(Date.now() / 30_000);
  await page.getByLabel('Code', { exact: true }).fill(await otp.hotp(step() - 1));
  await page.getByRole('button', { name: 'Turn on' }).click();
  const codes = page.getByRole('list', { name: 'Backup codes' }).getByRole('listitem');
  await expect(codes).toHaveCount(10);
  const backupCode = await codes.first().innerText();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await expect(page.getByText('On. Signing in')).toBeVisible();
  await expect(page.getByText(backupCode)).toHaveCount(0);

  await signOut(page);
  await signIn(page, email);
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toContainText('Wrong code');
  await page.getByLabel('Code', { exact: true }).fill(await otp.hotp(step() + 1));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();

  await signOut(page);
  await signIn(page, email);
  await page.getByRole('button', { name: 'Use a backup code' }).click();
  await page.getByLabel('Backup code').fill(backupCode);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();

  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Turn off' }).click();
  await expect(page.getByText('Off. With it')).toBeVisible();
});

// covers: FACTOR-08
test('a user adds a passkey, renames it, signs in with it and removes it', async ({ page }) => {
  await addAuthenticator(page);
  await signUp(page);
  await page.goto('/account/security');
  await page.getByLabel('Name of the new passkey').fill('Phone');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Rename Phone' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Work laptop');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' })).toContainText('Work laptop');

  await signOut(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'Tasks' })).toBeVisible();

  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Remove Work laptop' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' })).toHaveCount(0);
  await signOut(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toContainText('This passkey was not accepted');
});

// covers: FACTOR-10
test('deleting the done tasks goes on after the user has signed in again, by keyboard alone', async ({ page }) => {
  await signUp(page);
  await addTask(page, 'Water the plants');
  await page.getByRole('checkbox', { name: 'Water the plants' }).check();
  await page.getByRole('button', { name: 'Delete done tasks' }).press('Enter');
  await requireStepUpOnce(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await expect(dialog.getByLabel('Password')).toBeFocused();
  await page.keyboard.type('Wrong7horse');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toHaveText('Wrong password.');
  await dialog.getByLabel('Password').fill(VALID_PASSWORD);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
});

// covers: FACTOR-10
test('deleting the done tasks goes on after step-up with a passkey, and stops if the user cancels', async ({
  page,
}) => {
  await addAuthenticator(page);
  await signUp(page);
  await page.goto('/account/security');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' })).toBeVisible();
  await page.goto('/tasks');
  await addTask(page, 'Water the plants');
  await page.getByRole('checkbox', { name: 'Water the plants' }).check();
  const clear = async () => {
    await page.getByRole('button', { name: 'Delete done tasks' }).click();
    await requireStepUpOnce(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  };
  await clear();
  await page.getByRole('dialog', { name: 'Sign in again' }).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /./ })).toContainText('Nothing was changed');
  await expect(page.getByRole('button', { name: 'Water the plants', exact: true })).toBeVisible();
  await clear();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText('Nothing to do yet')).toBeVisible();
});
