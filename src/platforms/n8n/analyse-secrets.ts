export { shownName } from '../hard-coded-secrets.ts';
