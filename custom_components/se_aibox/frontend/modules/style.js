// The style of the card, in the colors of Home Assistant's theme.

// Heights are as in rows.js.
const CSS = `
:host { display: block; height: 100%; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
ha-card {
  --quiet: var(--secondary-text-color);
  --tint: var(--quiet);
  --text: var(--primary-text-color);
  --main: var(--primary-color);
  --soft: var(--secondary-background-color);
  --back: var(--ha-card-background, var(--card-background-color, #fff));
  --corner: var(--ha-border-radius-lg, 12px);
  display: flex; flex-direction: column; position: relative;
  height: 100%; min-height: 0; overflow: hidden;
  container-type: inline-size;
  color: var(--text);
  font-family: var(--ha-font-family-body, Roboto, Noto, sans-serif);
}
[data-type=employee] { --tint: var(--success-color); }
[data-type=visitor] { --tint: var(--info-color); }
[data-type=vip] { --tint: var(--purple-color); }
[data-type=blocklisted] { --tint: var(--error-color); }
[data-type=stranger] { --tint: var(--warning-color); }
button, input, select { font: inherit; color: inherit; }
button { border: 0; background: none; cursor: pointer; }
button:disabled { opacity: .38; cursor: default; }
:focus { outline: none; }
:focus-visible:not(dialog) { outline: 2px solid var(--main); outline-offset: -2px; }
.icon { --mdc-icon-size: 100%; width: 24px; height: 24px; flex: none; display: flex; }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}

header {
  display: flex; align-items: center; gap: 8px; flex: none;
  min-height: 56px; padding-inline: 16px 8px;
}
h2 {
  flex: 1; min-width: 0; margin: 0; font-size: 20px; font-weight: 500; line-height: 1.3;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}
.today { color: var(--quiet); font-size: 14px; }
.round {
  position: relative; display: grid; place-items: center; flex: none;
  width: 44px; height: 44px; padding: 0; border-radius: 50%;
  color: var(--quiet);
}
.text {
  min-height: 40px; padding: 0 16px; border-radius: 20px; font-weight: 500;
  color: var(--main);
}

.filters {
  display: none; flex-wrap: wrap; align-items: center; gap: 8px; flex: none;
  padding: 0 16px 12px;
}
.filters.open { display: flex; }
.filters select, .filters label, .chip {
  display: flex; align-items: center; gap: 6px; height: 36px; padding-inline: 10px;
  border: 1px solid var(--divider-color); border-radius: 18px; background: var(--back);
  font-size: 14px; color: var(--quiet);
}
.filters select, .filters label { flex: 1 1 140px; max-width: 220px; }
.filters select { color: var(--text); }
.filters label:focus-within { border-color: var(--main); }
.filters input {
  width: 0; flex: 1; border: 0; padding: 0; background: none; outline: none;
  color: var(--text);
}
.filters label .icon, .chip .icon { width: 18px; height: 18px; }
.filters div { display: flex; gap: 8px; flex-wrap: wrap; }
.chip .icon, .type .icon { color: var(--tint); }
.chip[aria-pressed=true] {
  border-color: var(--tint); color: var(--text);
  background: color-mix(in srgb, var(--tint) 18%, transparent);
}
.filter[data-count]:not([data-count=""])::after {
  content: attr(data-count); position: absolute; top: 4px; inset-inline-end: 4px;
  min-width: 16px; height: 16px; border-radius: 8px; font-size: 11px; line-height: 16px;
  background: var(--main); color: var(--text-primary-color);
}
@container (min-width: 860px) {
  .filters { display: flex; }
  .filter { display: none; }
  header { padding-inline-end: 16px; }
}

.notice:not(:empty) {
  display: flex; align-items: center; gap: 8px; flex: none; margin: 0 16px 8px;
  padding: 8px 12px; border-radius: var(--corner); font-size: 14px;
  background: color-mix(in srgb, var(--warning-color) 14%, transparent);
}
.notice .icon, .newer .icon { width: 20px; height: 20px; }
.notice .icon { color: var(--warning-color); }
.notice p { margin: 0; }

.message { flex: 1 1 360px; display: grid; overflow: hidden; }
.said {
  place-self: center; display: grid; justify-items: center; gap: 4px; padding: 24px;
  max-width: 44ch; text-align: center; color: var(--quiet);
}
.said > .icon { width: 48px; height: 48px; opacity: .5; }
.said p { margin: 8px 0; line-height: 1.5; overflow-wrap: anywhere; }
.skeleton {
  display: grid; gap: 8px; padding: 16px; align-content: start;
  grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr));
}
.skeleton div { height: 72px; border-radius: var(--corner); background: var(--soft); }

.timeline {
  position: relative; display: flex; flex: 1 1 min(60vh, 640px); min-height: 0;
}
.scroller {
  flex: 1; min-width: 0; overflow: hidden auto; padding-inline: 8px;
  scrollbar-width: thin; overflow-anchor: none; outline: none;
}
.canvas { position: relative; }
.day { position: absolute; inset-inline: 0; }
.day h3 {
  position: sticky; top: 0; z-index: 1; height: 44px; margin: 0 -8px;
  padding: 14px 16px 6px; font-size: 14px; font-weight: 500;
  line-height: 24px; color: var(--quiet); background: var(--back);
}
.day h3::first-letter { text-transform: uppercase; }
.cell { position: absolute; height: 88px; padding: 4px; }
.tile {
  display: flex; align-items: center; gap: 12px; width: 100%; height: 100%; padding: 8px;
  text-align: start; border-radius: var(--corner);
}
.tile[data-type=blocklisted], .tile[data-type=stranger] {
  background: color-mix(in srgb, var(--tint) 10%, transparent);
}
.tile:hover, .round:hover:enabled, .text:hover { background: var(--soft); }
.face {
  position: relative; flex: none; width: 64px; height: 64px; border-radius: var(--corner);
  display: grid; place-items: center; overflow: hidden; color: var(--tint);
  background: color-mix(in srgb, var(--tint) 16%, transparent);
}
.face .icon { width: 32px; height: 32px; }
.face img {
  position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover;
  object-position: 50% 30%;
}
.words { flex: 1; min-width: 0; display: grid; gap: 1px; }
.words > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.name { font-size: 18px; font-weight: 500; line-height: 24px; }
.place { font-size: 14px; line-height: 20px; color: var(--quiet); }
.type {
  display: flex; align-items: center; gap: 4px; font-size: 13px; line-height: 18px;
  color: var(--quiet);
}
.type .icon, .mark .icon { width: 16px; height: 16px; }
[data-type=blocklisted] .type, [data-type=stranger] .type { color: var(--text); }
.score::before { content: "·"; margin-inline-end: 4px; }
.when {
  align-self: flex-start; flex: none; display: grid; justify-items: end; gap: 1px;
  padding-inline-end: 4px; font-size: 14px; line-height: 24px; white-space: nowrap;
  font-variant-numeric: tabular-nums;
}
.ago, .mark { font-size: 12px; line-height: 20px; color: var(--quiet); }
.foot {
  display: flex; align-items: center; justify-content: center; min-height: 72px;
  font-size: 14px; color: var(--quiet);
}
.newer {
  position: absolute; top: 8px; left: 50%; translate: -50% 0; z-index: 2;
  display: flex; align-items: center; gap: 6px; height: 40px; padding-inline: 12px 16px;
  border-radius: 20px; font-size: 14px; font-weight: 500;
  background: var(--main); color: var(--text-primary-color);
  box-shadow: 0 2px 8px rgba(0, 0, 0, .3);
}

dialog {
  width: min(760px, 100vw); max-width: none; max-height: min(92vh, 900px); padding: 0;
  border: 0; border-radius: var(--ha-border-radius-2xl, 24px); overflow: hidden;
  color: var(--text);
  background: var(--ha-dialog-surface-background, var(--card-background-color, #fff));
  box-shadow: 0 8px 32px rgba(0, 0, 0, .4);
}
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgba(0, 0, 0, .5); }
dialog header { align-items: flex-start; padding: 16px 12px 12px 24px; gap: 0; }
.title { flex: 1; min-width: 0; display: grid; gap: 4px; }
.title .name {
  font-size: 24px; line-height: 30px; overflow-wrap: anywhere; max-height: 90px; overflow: auto;
}
.title .type { font-size: 14px; }
.content { overflow: auto; padding: 0 24px 24px; }
.pictures { display: grid; gap: 12px; grid-template-columns: 1fr 1fr; }
.pictures figure { margin: 0; min-width: 0; }
[data-kind=scene], .none { grid-column: 1 / -1; }
.frame {
  display: grid; place-items: center; overflow: hidden; border-radius: var(--corner);
  aspect-ratio: 1; position: relative; background: var(--soft); color: var(--quiet);
}
.frame img { position: absolute; width: 100%; height: 100%; object-fit: contain; }
[data-kind=scene] .frame { aspect-ratio: 16 / 9; }
figcaption { margin-top: 4px; font-size: 13px; color: var(--quiet); }
.none {
  display: flex; gap: 8px; align-items: center; margin: 0; padding: 16px;
  border-radius: var(--corner); background: var(--soft);
  color: var(--quiet);
}
dl {
  display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 8px 24px;
  margin: 20px 0 0; font-size: 14px; line-height: 20px;
}
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: 16px; }
summary { cursor: pointer; min-height: 32px; color: var(--quiet); }
details dl { margin-top: 8px; }
@media (min-width: 700px) {
  .pictures { grid-template-columns: minmax(0, 1fr) 148px; }
  [data-kind=scene] { grid-column: 1; grid-row: 1 / span 2; }
}
@media (max-width: 600px) {
  dialog {
    width: 100vw; height: 100dvh; max-height: none; margin: 0; border-radius: 0;
  }
}

@media (prefers-reduced-motion: no-preference) {
  /* Others make room for a new one. */
  .cell, .day { transition: top .25s ease, inset-inline-start .25s ease; }
  .fresh .tile { animation: come .4s ease; }
  .newer { animation: come .25s ease; }
}
@keyframes come { from { opacity: 0; transform: translateY(-16px); } }
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
