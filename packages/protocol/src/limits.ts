/** Every bound of the protocol, and what happens at it. */

/** Base values up to this travel whole (JSON text, UTF-16 units); longer ones as a hash, and text is judged as `ask`. */
export const BASE_CHARS_MAX = 256 * 1024;
/** A larger element is refused with `too-large`; the rest of the queue goes on. */
export const ELEMENT_BYTES_MAX = 8 * 1024 * 1024;
/** Larger frames are closed with `frame-too-large`; what does not fit goes by HTTP. */
export const FRAME_BYTES_MAX = 256 * 1024;
/** Frames above this are sent as gzip. */
export const PLAIN_FRAME_BYTES_MAX = 4 * 1024;
/** What a compressed frame or body may inflate to. */
export const INFLATED_BYTES_MAX = 16 * 1024 * 1024;
/** The first frame, before anyone is known. */
export const HELLO_BYTES_MAX = 16 * 1024;
/** An import is sent as several changes of this many writes. */
export const WRITES_PER_CHANGE_MAX = 500;
/** Changes in one push. */
export const CHANGES_PER_PUSH_MAX = 256;
/**
 * Changes that are pushed and committed together, where more of them wait: what so many edits make of requests of the
 * usual size fits one frame, so that it goes to all who follow as it was committed, and nobody has to read it again.
 */
export const CHANGES_PER_COMMIT = 64;
/** A place deeper than this is refused as `cycle`. */
export const TREE_DEPTH_MAX = 64;
/** Elements travel inline up to this many; beyond, a new device takes a snapshot. */
export const INLINE_ELEMENTS_MAX = 300;
/**
 * A page of a delta: elements, and characters of data, whichever is reached first. About one frame: a device takes one page
 * while the next is read.
 */
export const DELTA_ELEMENTS_MAX = 2_000;
export const DELTA_CHARS_MAX = 192 * 1024;
/** Data longer than this is left out of a delta where groups say the same in less. */
export const WHOLE_DATA_CHARS_MAX = 4 * 1024;
/** Names of devices, workspaces and accounts. */
export const NAME_CHARS_MAX = 200;
/** Groups in one element: rows of a table, mostly. */
export const GROUPS_PER_WRITE_MAX = 5_000;
/** Positions in one hello. Over HTTP every poll names them all; on a socket most are followed after the welcome. */
export const WORKSPACES_PER_DEVICE_MAX = 1_000;
/** Then what is in the trash is gone for good. */
export const TRASH_KEPT_DAYS = 30;
