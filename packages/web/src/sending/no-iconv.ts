/**
 * Stands in for `iconv-lite` in the app. Postman's collection library asks it only for texts of responses, which it never
 * sees here; without it, half a megabyte of tables and Node's own modules stay out.
 */
export function encodingExists(): boolean {
  return false;
}
