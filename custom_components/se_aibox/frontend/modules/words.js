// What a recognition is called.

/** @import { Card, Entry, Named, Row, Texts } from "./types" */

/**
 * @param {Named} row
 * @param {Texts} texts
 */
export function nameOf({ name, identity_id, matched }, texts) {
  if (name) return name;
  return matched && identity_id
    ? texts("card.unnamed", { identity_id })
    : texts("card.stranger");
}

/**
 * @param {Row} row
 * @param {Texts} texts
 */
export function typeOf({ person_type }, texts) {
  return texts(`card.type_${person_type}`);
}

/**
 * @param {Card} card
 * @param {Entry} row
 */
export function sentence({ texts, times, config }, row) {
  const parts = [
    nameOf(row, texts),
    row.place,
    typeOf(row, texts),
    times.clock(row.at),
    times.ago(row.at),
    row.kind === "recovered" && texts("card.recovered"),
    row.simulated && texts("card.simulated"),
    config.show_score && row.score !== null && `${texts("card.score")} ${row.score}`,
  ];
  return parts.filter(Boolean).join(", ");
}
