// The forms of this folder import it from here.
export {
  type AccountResult,
  accountErrorMessage,
  isStepUpRequired,
  postAccount,
} from '../../components/post-account.ts';
