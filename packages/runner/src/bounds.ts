/** Every bound of sending, and what happens at it. */

/** One JSON frame: an order with its text body, or an event. A larger one ends the exchange with `too-large`. */
export const JSON_FRAME_BYTES_MAX = 32 * 1024 * 1024;
/** One frame of bytes; whoever has more sends several. */
export const BYTES_FRAME_BYTES_MAX = 256 * 1024;
/** All files of one order together, where the sender names no other bound. A larger order is refused with `too-large`. */
export const ORDER_FILES_BYTES_MAX = 512 * 1024 * 1024;
/** Files in one order. */
export const ORDER_FILES_MAX = 1_000;
/** Cookies that travel with one order, and of a jar; the oldest are let go. */
export const COOKIES_MAX = 3_000;
/** Rows of one list: headers, form fields, parameters. */
export const ROWS_MAX = 10_000;
/** A response body, decoded, where nobody asked for another bound. A larger one ends with `response-too-large`. */
export const RESPONSE_BYTES_MAX = 100 * 1024 * 1024;
/** Of a body, between what reads it and what takes it in. With more than this waiting, no more is read from the target. */
export const WAITING_BYTES_MAX = 1024 * 1024;
/** What a server answers to whoever asks for an access token. */
export const TOKEN_ANSWER_BYTES_MAX = 256 * 1024;
/** Redirects followed, where the request says nothing: as Postman does it. */
export const REDIRECTS_MAX = 10;
/** What a script is given of a response; of a larger one it gets the beginning. */
export const SCRIPT_RESPONSE_BYTES_MAX = 25 * 1024 * 1024;
/** Lines one script may write to its console; the last one says that the rest is left out. */
export const SCRIPT_LINES_MAX = 2_000;
/** Characters of one such line; a longer one is cut. */
export const SCRIPT_LINE_LENGTH_MAX = 100_000;
/** How long one script may take, as in Postman's command line. */
export const SCRIPT_TIMEOUT_MS = 60_000;
