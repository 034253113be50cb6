/** The name and one more word by which a list shows an element. */
import { type Element, glanceAt, type Schemas } from '@waypost/protocol';

export interface Label {
  readonly name: string;
  readonly detail: string;
}

type Labelled = Pick<Element, 'kind' | 'data'>;

/** Longer data is not kept for a name that perhaps nobody looks at. */
const KEPT_DATA_CHARS_MAX = 16 * 1024;

/** Read when somebody looks: most of what a delta brings stands in no list. */
export function labelOf(schemas: Schemas, element: Labelled): Label {
  return element.data.length > KEPT_DATA_CHARS_MAX ? read(schemas, element) : new UnreadLabel(schemas, element);
}

function read(schemas: Schemas, { kind, data }: Labelled): Label {
  return schemas(kind).label(glanceAt(data));
}

class UnreadLabel implements Label {
  readonly #schemas: Schemas;
  #unread: Labelled | null;
  #label: Label = { name: '', detail: '' };

  constructor(schemas: Schemas, element: Labelled) {
    this.#schemas = schemas;
    this.#unread = element;
  }

  get name(): string {
    return this.#read().name;
  }

  get detail(): string {
    return this.#read().detail;
  }

  #read(): Label {
    if (this.#unread !== null) this.#label = read(this.#schemas, this.#unread);
    this.#unread = null;
    return this.#label;
  }
}
