/** app/access/page.tsx */
export const ACCESS_MAP_PAGE = {
  accessMap: 'Access map',
};

/** app/account/activity/page.tsx */
export const ACCOUNT_ACTIVITY_PAGE = {
  activity: 'Activity',
  whatHappenedToYour:
    'What happened to your account, newest first. If you do not know a sign-in, change your password.',
  tryAgain: 'Try again',
  yourActivityCouldNot: 'Your activity could not be loaded. Please try again in a moment.',
  thereAreNoOlder: 'There are no older events.',
};

/** app/account/data/page.tsx */
export const ACCOUNT_DATA_PAGE = {
  yourData: 'Your data',
  export: 'Export',
  youGetOneJson:
    'You get one JSON file with your account, your tasks and their steps, your devices and your activity. It has no password and nothing that could sign in.',
  deleteAccount: 'Delete account',
  yourAccountIsDeleted:
    'Your account is deleted with your tasks and everything else in it, and every device is signed out. Only the security log stays: it keeps what happened to your account, with times, IP addresses and browsers but without your name and your e-mail address, and removes each entry after 400 days.',
};

/** app/account/devices/page.tsx */
export const ACCOUNT_DEVICES_PAGE = {
  devices: 'Devices',
  theseDevicesAreSigned:
    'These devices are signed in to your account. If you do not know one, sign it out and change your password.',
};

/** app/account/page.tsx */
export const PROFILE_PAGE = {
  yourAccount: 'Your account',
  yourName: 'Your name',
  email: 'E-mail',
  address: 'Address',
  status: 'Status',
  verified: 'Verified',
  notVerified: 'Not verified',
};

/** app/account/password/page.tsx */
export const ACCOUNT_PASSWORD_PAGE = {
  password: 'Password',
  aNewPasswordSigns: 'A new password signs out all other devices. You stay signed in here.',
};

/** app/account/security/page.tsx */
export const ACCOUNT_SECURITY_PAGE = {
  secondFactorAndPasskeys: 'Second factor and passkeys',
};

/** app/explore/page.tsx */
export const EXPLORE_PAGE = {
  explore: 'Explore',
};

/** app/forgot-password/page.tsx */
export const FORGOT_PASSWORD_PAGE = {
  forgotYourPassword: 'Forgot your password?',
  rememberedIt: 'Remembered it? ',
  signIn: 'Sign in',
  thisSiteSendsNo: 'This site sends no mail, so it cannot send you a link. Please ask its operator.',
};

/** app/not-found.tsx */
export const NOT_FOUND_PAGE = {
  notFound: 'Not found',
  pageNotFound: 'Page not found',
  goToYourTasks: 'Go to your tasks',
  pleaseCheckTheAddress: 'Please check the address, or go to your tasks.',
};

/** app/reset-password/page.tsx */
export const RESET_PASSWORD_PAGE = {
  setANewPassword: 'Set a new password',
  backToSignIn: 'Back to sign-in',
};

/** app/sign-up/page.tsx */
export const SIGN_UP_PAGE = {
  createAnAccount: 'Create an account',
  alreadyHaveAnAccount: 'Already have an account? ',
  signIn: 'Sign in',
};

/** app/tasks/page.tsx */
export const TASKS_PAGE = {
  tasks: 'Tasks',
};

/** app/verify-email/page.tsx */
export const VERIFY_EMAIL_PAGE = {
  confirmYourAddress: 'Confirm your address',
  backToYourTasks: 'Back to your tasks',
  youAreSignedIn: 'You are signed in as ',
  signInFirstAnd:
    'Sign in first, and then open the link in your mail again. This protects you from accounts that others create with your address.',
  signIn: 'Sign in',
};

/** app/admin/security/page.tsx */
export const SECURITY_LOG_PAGE = {
  securityLog: 'Security log',
  theEventsOfAll: 'The events of all users, newest first. Each time you open this page, the log records that.',
  anAdministratorCannotBe: 'An administrator: cannot be banned. Take the role away first (npm run access -- grant).',
  thisUserIsBanned: 'This user is banned.',
  thisUserCanSign: 'This user can sign in.',
  tryAgain: 'Try again',
  theSecurityLogCould: 'The security log could not be loaded. Please try again in a moment.',
  noEventMatches: 'No event matches.',
  events: 'Events',
  unknownUser: 'Unknown user',
  deletedUser: 'Deleted user',
};

/** app/sign-in/page.tsx */
export const SIGN_IN_PAGE = {
  signIn: 'Sign in',
  newHere: 'New here? ',
  createAnAccount: 'Create an account',
};

/** app/visitor-page.tsx */
export const VISITOR_PAGE = {
  signIn: 'Sign in',
  signUp: 'Sign up',
};

/** features/accounts/account-menu.tsx */
export const ACCOUNT_MENU = {
  account: (email: string) => `Account: ${email}`,
  accountMenu: 'Account menu',
  yourAccount: 'Your account',
  devices: 'Devices',
  activity: 'Activity',
};

/** features/accounts/account-shell.tsx */
export const ACCOUNT_SHELL = {
  account: 'Account',
  profile: 'Profile',
  password: 'Password',
  secondFactor: 'Second factor',
  devices: 'Devices',
  activity: 'Activity',
  yourData: 'Your data',
};

/** features/accounts/account-facts.tsx */
export const ACCOUNT_FACTS = {
  inTheApi: 'In the API',
  theApiDidNot: 'The API did not answer. Please reload the page in a moment.',
  user: 'User',
  verified: ', verified',
  role: 'Role',
  roles: { USER: 'User', ADMIN: 'Administrator' },
  created: 'Created',
  service: 'Service',
  running: (version: string) => `Running, version ${version}, `,
  stopping: (version: string) => `Stopping, version ${version}, `,
};
