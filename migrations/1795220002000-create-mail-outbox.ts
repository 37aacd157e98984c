import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Creates the outbox of the web app's mails, and the triggers that void the links of an account whose password or address
 * changes. The outbox has no link and no token: a link is made when its mail is sent, so that a copy of the table opens no
 * account, and the life of a link does not pass while a mail server is away.
 */
export class CreateMailOutbox1795220002000 implements MigrationInterface {
  readonly name = 'CreateMailOutbox1795220002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table auth.mail_outbox (
        id uuid primary key default gen_random_uuid(),
        kind text not null check (kind in (
          'VERIFY_EMAIL', 'RESET_PASSWORD', 'CONFIRM_NEW_EMAIL', 'EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED',
          'PASSWORD_CHANGED', 'NEW_DEVICE', 'SECOND_FACTOR_CHANGED')),
        user_id uuid references auth."user" (id) on delete cascade,
        address text check (char_length(address) <= 254),
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default clock_timestamp(),
        created_at timestamptz not null default clock_timestamp(),
        failed_at timestamptz,
        last_error text check (char_length(last_error) <= 100),
        check (user_id is not null or address is not null)
      );
      comment on table auth.mail_outbox is
        'Mails to send. A row is deleted when its mail was sent, or when there is nothing to send. Holds no link and no '
        'token: both are made when the mail is sent.';
      comment on column auth.mail_outbox.kind is 'As MailKind in web/mail/mail-kind.ts.';
      comment on column auth.mail_outbox.user_id is 'The account; null if only an address was given, which may have no account.';
      comment on column auth.mail_outbox.address is
        'The address that a visitor typed or that the account had before; null for the address that the account has when '
        'the mail is sent.';
      comment on column auth.mail_outbox.attempts is 'The attempts to send it so far, a running one included.';
      comment on column auth.mail_outbox.next_attempt_at is
        'The next attempt. Set when an attempt begins, later than that attempt can take: no other process sends the mail '
        'meanwhile, and one whose process ended is sent again.';
      comment on column auth.mail_outbox.failed_at is 'When it was given up; null for a mail that is still to be sent.';
      comment on column auth.mail_outbox.last_error is 'Code and SMTP status of the last failure. Never a text of the server: it repeats addresses.';
      create index mail_outbox_due_idx on auth.mail_outbox (next_attempt_at) where failed_at is null;
      comment on index auth.mail_outbox_due_idx is 'The next mail to send.';
      create index mail_outbox_created_at_idx on auth.mail_outbox (created_at);
      comment on index auth.mail_outbox_created_at_idx is 'The rows that retention removes.';
      create index mail_outbox_user_id_idx on auth.mail_outbox (user_id);
      comment on index auth.mail_outbox_user_id_idx is 'The mails of an account that is deleted.';
      grant select, insert, update, delete on auth.mail_outbox to fieldgate_auth;

      create index verification_value_idx on auth.verification (value collate "C");
      comment on index auth.verification_value_idx is 'The links of one account: their values start with its id.';
      create function auth.void_links() returns trigger language plpgsql set search_path = '' as $$
      declare
        owner text := to_jsonb(old) ->> tg_argv[0];
      begin
        -- The value of a link is the user's id, or the id, a space and more; '!' is the character after the space.
        delete from auth.verification where value collate "C" >= owner and value collate "C" < owner || '!';
        return null;
      end $$;
      comment on function auth.void_links() is
        'Deletes the links that were mailed to an account. The argument names the column with the id of the user.';
      revoke execute on function auth.void_links() from public;
      create trigger void_links after update on auth.account for each row
        when (old.password is distinct from new.password) execute function auth.void_links('user_id');
      comment on trigger void_links on auth.account is 'An older link must not undo a change of the password.';
      create trigger void_links after update on auth."user" for each row
        when (old.email is distinct from new.email) execute function auth.void_links('id');
      comment on trigger void_links on auth."user" is 'The former address must not keep a link to the account.';
      create trigger void_links_of_deleted after delete on auth."user" for each row execute function auth.void_links('id');
      comment on trigger void_links_of_deleted on auth."user" is 'The table has no foreign key.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger void_links_of_deleted on auth."user";
      drop trigger void_links on auth."user";
      drop trigger void_links on auth.account;
      drop function auth.void_links();
      drop index auth.verification_value_idx;
      drop table auth.mail_outbox;
    `);
  }
}
