/** From a request as it is kept to its response, with its scripts. */
export { askForToken, refreshToken, tokenOrder, type TokenSending } from './access-tokens.ts';
export { type Asked, askPerson, answeredBy } from './authorization.ts';
export { grantByItself, type OAuth2, oauth2Of, tokenName, writtenToken } from './oauth2.ts';
export { type Composed, type ComposedOrder, compose } from './compose.ts';
export { Jar } from './cookie.ts';
export * from './execution.ts';
