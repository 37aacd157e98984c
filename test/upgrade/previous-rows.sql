-- Rows of every table of previous-release.sql, as its code wrote them: two accounts, one with events of a third that is
-- deleted, a revoked session, and tasks with every kind of value. The hash is of no password.
insert into auth."user" (id, name, email, email_verified, image, created_at, updated_at, role) values
  ('01980000-0000-7000-8000-000000000001', 'Ada', 'ada@example.com', false, null, '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z', 'ADMIN'),
  ('01980000-0000-7000-8000-000000000002', 'Zoë "Ω" O''Neil', 'zoe@example.com', true, 'https://example.com/z.png', '2026-11-20T09:00:00Z', '2026-11-21T09:00:00Z', 'USER');
insert into auth.account (id, account_id, provider_id, user_id, password, updated_at, created_at) values
  ('01980000-0000-7000-8000-000000000011', '01980000-0000-7000-8000-000000000001', 'credential', '01980000-0000-7000-8000-000000000001', '$argon2id$v=19$m=19456,t=2,p=1$bm8tc2FsdC1oZXJl$bm90LWEtaGFzaC1hdC1hbGw', '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z'),
  ('01980000-0000-7000-8000-000000000012', '01980000-0000-7000-8000-000000000002', 'credential', '01980000-0000-7000-8000-000000000002', '$argon2id$v=19$m=19456,t=2,p=1$bm8tc2FsdC1oZXJl$bm90LWEtaGFzaC1hdC1hbGw', '2026-11-20T09:00:00Z', '2026-11-20T09:00:00Z');
insert into auth.session (id, expires_at, token, created_at, updated_at, ip_address, user_agent, user_id) values
  ('01980000-0000-7000-8000-000000000021', '2999-01-01T00:00:00Z', 'session-of-ada', '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z', '2001:db8::1', 'Mozilla/5.0', '01980000-0000-7000-8000-000000000001'),
  ('01980000-0000-7000-8000-000000000022', '2999-01-01T00:00:00Z', 'session-of-zoe', '2026-11-20T09:00:00Z', '2026-11-20T09:00:00Z', null, null, '01980000-0000-7000-8000-000000000002'),
  ('01980000-0000-7000-8000-000000000023', '2999-01-01T00:00:00Z', 'session-that-ends', '2026-11-20T09:30:00Z', '2026-11-20T09:30:00Z', '192.0.2.7', 'curl/8', '01980000-0000-7000-8000-000000000002');
-- The trigger adds the row of session_revocation.
delete from auth.session where token = 'session-that-ends';
insert into auth.verification (id, identifier, value, expires_at) values
  ('01980000-0000-7000-8000-000000000031', 'state:abc', '{"callbackURL":"/tasks"}', '2999-01-01T00:00:00Z');
insert into auth.rate_limit (id, key, count, last_request, hits) values
  ('01980000-0000-7000-8000-000000000041', 'sign-in:192.0.2.7', 2, 1795219200000, '{1795219100000,1795219200000}');
insert into auth.auth_event (id, user_id, kind, outcome, address, user_agent, detail, created_at) values
  ('01980000-0000-7000-8000-000000000051', '01980000-0000-7000-8000-000000000001', 'SIGN_UP', 'SUCCEEDED', '2001:db8::1', 'Mozilla/5.0', null, '2026-11-20T08:00:00.123Z'),
  ('01980000-0000-7000-8000-000000000052', '01980000-0000-7000-8000-000000000009', 'SIGN_IN', 'SUCCEEDED', '192.0.2.9', null, null, '2026-11-20T08:10:00Z'),
  ('01980000-0000-7000-8000-000000000053', null, 'SIGN_IN', 'FAILED', '192.0.2.9', 'x', null, '2026-11-20T08:20:00Z'),
  ('01980000-0000-7000-8000-000000000054', '01980000-0000-7000-8000-000000000001', 'EVERY_OWNER_READ', 'SUCCEEDED', '2001:db8::1', 'Mozilla/5.0', 'AuthEvent', '2026-11-20T08:30:00Z');
insert into app.task (user_id, id, title, description, done, due_at, priority, "position", completed_at, version, created_at, updated_at) values
  ('01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000061', 'open', '', false, null, 'NORMAL', -1795219200.5, null, 1, '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z'),
  ('01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000062', 'done', 'With a description.', true, '2026-12-01T12:00:00Z', 'HIGH', 0, '2026-11-20T10:00:00Z', 3, '2026-11-20T08:00:00Z', '2026-11-20T10:00:00Z'),
  ('01980000-0000-7000-8000-000000000002', '01980000-0000-7000-8000-000000000063', '日本語 🗒 ''quoted'' \', E'line one\nline two\ttab', false, '2026-12-01T00:00:00Z', 'LOW', 1e-300, null, 2, '2026-11-20T09:00:00Z', '2026-11-20T09:00:00Z');
insert into app.step (user_id, task_id, id, title, done, "position") values
  ('01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000062', '01980000-0000-7000-8000-000000000071', 'first', true, 0),
  ('01980000-0000-7000-8000-000000000001', '01980000-0000-7000-8000-000000000062', '01980000-0000-7000-8000-000000000072', 'second', false, 1.5);
