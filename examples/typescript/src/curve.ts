// A curve, and how it looks in a terminal: eight points a character, as braille has them.

import type { Scalars } from './generated/graphql.js';

const [WIDTH, HEIGHT, LABEL] = [60, 12, 10];

/** The bits of a braille character, by its column and its row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

type Columns = { steps: readonly number[]; values: readonly Scalars['Real']['output'][] };

/** The values of a series by their steps. */
export class Curve {
  readonly #points = new Map<number, number>();

  /** Takes what was logged: a step that has a value gets the new one. */
  add({ steps, values }: Columns): void {
    steps.forEach((step, at) => this.#points.set(step, Number(values[at])));
  }

  /** Forgets all from a step on. */
  removeFrom(first: number): void {
    for (const step of this.#points.keys()) if (step >= first) this.#points.delete(step);
  }

  /** The last step and its value, for people. */
  last(): string {
    const last = [...this.#points].reduce<[number, number] | undefined>((a, b) => (a && a[0] > b[0] ? a : b), undefined);
    return last ? `step ${last[0]}: ${number(last[1])}` : 'no points yet';
  }

  /** Draws it; what is not finite has no place. */
  draw(): string {
    const shown = [...this.#points].filter(([, value]) => Number.isFinite(value));
    if (shown.length === 0) return 'no points yet';
    const across = scale(shown.map(([step]) => step), WIDTH * 2);
    const up = scale(shown.map(([, value]) => value), HEIGHT * 4);
    const cells = new Uint8Array(WIDTH * HEIGHT);
    for (const [step, value] of shown) {
      const [x, y] = [across.place(step), HEIGHT * 4 - 1 - up.place(value)];
      const cell = (y >> 2) * WIDTH + (x >> 1);
      cells[cell] = (cells[cell] ?? 0) | (DOTS[x & 1]?.[y & 3] ?? 0);
    }
    const label = (row: number) => (row === 0 ? number(up.most) : row === HEIGHT - 1 ? number(up.least) : '');
    const rows = Array.from({ length: HEIGHT }, (_, row) => {
      const dots = Array.from(cells.subarray(row * WIDTH, (row + 1) * WIDTH), (bits) => 0x2800 + bits);
      return `${label(row).padStart(LABEL)} ┤${String.fromCharCode(...dots)}`;
    });
    const first = number(across.least);
    return [...rows, `${' '.repeat(LABEL + 2)}${first}${number(across.most).padStart(WIDTH - first.length)}`].join('\n');
  }
}

/** Where a value stands between the least and the most of all. */
function scale(values: readonly number[], places: number) {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const place = (value: number) => (most === least ? 0 : Math.round(((value - least) / (most - least)) * (places - 1)));
  return { least, most, place };
}

function number(value: number): string {
  return Number(value.toPrecision(5)).toString();
}
