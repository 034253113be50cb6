/** Small files of kinds that browsers show by themselves. */

/** One page with two words on it. */
export const DOCUMENT = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 46>>stream
BT /F1 24 Tf 40 100 Td (Harbour dues) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`;

/** Less than a second of WebM, 64 pixels wide. */
export const FILM = Buffer.from(
  [
    'GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQRChYECGFOAZwEAAAAAAANqEU2bdLlNu4tTq4QVSalmU6yBbk27i1OrhBZUrmtT',
    'rIGTTbuLU6uEH0O2dVOsgdRNu4xTq4QcU7trU6yCA1jsrgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'AAAVSalmoCrXsYMPQkBEiYREMvpvTYCGQ2hyb21lV0GGQ2hyb21lFlSua7yuuteBAXPFh1jumxGFiYaDgQFV7oEBhoVWX1ZQOOCdsIFA',
    'uoEwU8CBAVWwkFWxgQFVuYECVbqBDVW7gQEfQ7Z1AQAAAAAAAnjngQCg4aGygQAAANACAJ0BKkAAMAAHBwiFhYiZhIglggJ08ma6NHm/',
    'FnfA/uQBCMNGv7U/Kz3fcAB1oaqmqO6BAaWjsAIAnQEqQAAwAAqHCIWFiJmEiDgCAAaOT8zHm/FYAP7rrgCgxqGlgQBkABECABwRPAAY',
    'ABpP9AwAFPqqqID+15X4u7EcZPC9y0UAgHWhmaaX7oEBpZLRAQAqEcAAGAAYWC/0AAiMAAD7gQCgyKGngQDIABECABwQ+AAYABpP9AwA',
    'FPqqqID+6DixhNJOj/Vf4+/bCGAAdaGZppfugQGlktEBACoRwAAYABhYL/QACIwAAPuBZKDIoaeBATgAUQIAHBDgABgHYBA3YeaZgCw2',
    'qqYA/uHDfySPVzHQea+IFuB1oZmml+6BAaWS0QEAKhHAABgAGFgv9AAIjAAA+4HIoMuhqYEBnAARAgAcEMAAGAAaT/QMABT6qqiA/uve',
    'KKQ5FjkBP/xvHgV5LsdAdaGZppfugQGlktEBACoRwAAYABhYL/QACIwAAPuCATigy6GpgQIAABECABwQoAAYABpP9AwAFPqqqID+6Di/',
    '+Ic6HOhzMZ+K31AzSAB1oZmml+6BAaWS0QEAKhGQABgAGFgv9AAIjAAA+4IBnKDNoauBAmQAEQIAHBCEABgAGk/0DAAU+qqogP7vUS9d',
    '4tKNf/SbP+Js/4mz45gAdaGZppfugQGlktEBACoReAAYABhYL/QACIwAAPuCAgCgy6GqgQLLABECABwQcAAYABpP9AwAFPqqqID+7Qcv',
    '/OJfyR+gXdn/3HYG67xAdaGYppbugQGlkbEBACoRIBRgAGFgv9AAIjAA+4ICZBxTu2uNu4uzgQC3hveBAfGB1A==',
  ].join(''),
  'base64',
);
