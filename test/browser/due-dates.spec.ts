import { expect, test } from '@playwright/test';
import { addTask, signUp } from './page-actions.ts';

for (const timezoneId of ['America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kathmandu']) {
  test.describe(`in the time zone ${timezoneId}`, () => {
    test.use({ timezoneId });

    // covers: REACH-01
    test(`a due date chosen in ${timezoneId} is that day in the list, in the date input and in the server's HTML`, async ({
      page,
    }) => {
      await signUp(page);
      await addTask(page, 'Mend the gate');
      await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Edit task' });
      await dialog.getByLabel('Due').fill('2031-05-01');
      await dialog.getByRole('button', { name: 'Save' }).click();
      const row = page.getByRole('button', { name: /^Mend the gate/ });
      await expect(row).toContainText('1 May 2031');

      const html = await (await page.request.get('/tasks')).text();
      expect(/<time[^>]*>([^<]*)<\/time>/.exec(html)?.[1]).toMatch(/^Thu,? 1 May$/);
      await page.reload();
      await expect(row).toContainText('1 May 2031');
      await row.click();
      await expect(dialog.getByLabel('Due')).toHaveValue('2031-05-01');
    });
  });
}
