// The style of all modes but the timeline, in the colors of Home Assistant's theme.

export const STYLE = `
:host {
  --red: var(--error-color);
  --amber: var(--warning-color);
  display: block; flex: 1 1 auto; min-height: 0; overflow: auto;
  container-type: inline-size; color: var(--primary-text-color);
}
* { box-sizing: border-box; user-select: none; -webkit-user-select: none; }
h2, h3, p, ol, ul { margin: 0; padding: 0; list-style: none; font-weight: inherit; }
button { font: inherit; color: inherit; border: 0; cursor: pointer; touch-action: manipulation; }
button:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.icon { --mdc-icon-size: 1em; display: flex; flex: none; }
.aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.lost:not(:empty) {
  display: flex; gap: 12px; align-items: center; padding: 12px 20px; font-size: 1.1rem;
  background: var(--red); color: #fff;
}
.face {
  position: relative; display: grid; place-items: center; overflow: hidden; padding: 0;
  background: var(--soft); border-radius: var(--corner); color: var(--disabled-text-color);
}
.face img {
  position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain;
}
.face .icon { position: absolute; }
.words { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.name {
  font-weight: 600; overflow: hidden; overflow-wrap: anywhere;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3;
}
.type, .when { display: flex; gap: .4em; align-items: center; flex-wrap: wrap; }
.ago:not(:empty)::before { content: "· "; }
.open {
  display: inline-flex; gap: .5em; align-items: center; justify-content: center;
  min-height: 56px; padding: 0 28px; border-radius: 36px; font-size: 1.15rem; font-weight: 500;
  background: var(--main); color: var(--text-primary-color);
}
.open .icon { --mdc-icon-size: 28px; }

.now { display: flex; flex-direction: column; height: 100%; min-height: 420px; }
.main {
  flex: 1 0 auto; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
  gap: clamp(16px, 3cqi, 48px); padding: clamp(16px, 3cqi, 40px);
}
.main > .face { background: none; font-size: 120px; container-type: size; place-items: center end; }
.main > .face img {
  position: static; width: min(100cqw, 100cqh * var(--ratio, 1)); height: auto;
  border-radius: var(--corner);
}
.main .words { justify-content: center; align-items: start; gap: clamp(8px, 1.2cqi, 16px); }
.main .type {
  padding: .3em .8em; border-radius: 1.2em; font-weight: 500; background: var(--soft);
  font-size: clamp(1rem, 2cqi, 1.5rem);
}
.main .name { flex: none; font-size: clamp(2.75rem, 9.5cqi, 8rem); line-height: 1.1; }
.place { font-size: clamp(1.4rem, 3.4cqi, 2.75rem); overflow-wrap: anywhere; }
.main .when { font-size: clamp(1.1rem, 2.4cqi, 1.9rem); }
.main .open { min-height: 72px; padding: 0 40px; font-size: 1.4rem; margin-top: 24px; flex: none; }
.main[data-type=blocklisted]:not(.old) { background: var(--red); color: #fff; }
.main[data-type=stranger]:not(.old) { background: var(--amber); color: #000; }
.main[data-type=blocklisted] .type { background: rgba(0, 0, 0, .2); }
.main:is([data-type=blocklisted], [data-type=stranger]) .open { background: #fff; color: #111; }
.main.old > .face { opacity: .55; filter: saturate(.4); scale: .8; }
.old .name { font-weight: 400; }
.main.old .name { font-size: clamp(2rem, 6cqi, 4.5rem); }
.main.old .open, ul .old .open { background: var(--soft); color: var(--primary-text-color); }
.main.old[data-type=blocklisted] .type { background: var(--red); color: #fff; }
.nobody {
  grid-column: 1 / -1; place-self: center; display: grid; justify-items: center; gap: 24px;
  font-size: clamp(1.2rem, 3cqi, 2rem); color: var(--quiet);
}
.nobody .icon { font-size: 96px; }
footer {
  flex: none; display: flex; gap: 16px; align-items: center;
  padding: 12px clamp(12px, 2cqi, 28px); border-top: 1px solid var(--divider-color);
}
.today { flex: none; max-width: 8em; font-size: 1.1rem; color: var(--quiet); }
ol { flex: 1; min-width: 0; display: flex; gap: 8px; overflow-x: auto; scrollbar-width: none; }
ol li { flex: 1 1 0; min-width: 68px; max-width: 128px; }
ol button {
  width: 100%; display: grid; gap: 2px; padding: 4px; background: none; border-radius: var(--corner);
  font-size: .9rem; text-align: center;
}
ol .face { width: 100%; aspect-ratio: 1; font-size: 40px; }
h3 bdi, ol :is(bdi, time) { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
ol time { color: var(--quiet); }
ol [data-type=blocklisted] .face { border-bottom: 5px solid var(--red); }
ol [data-type=stranger] .face { border-bottom: 5px solid var(--amber); }

.doors { padding: clamp(8px, 1.5cqi, 20px); }
.doors .lost { margin-bottom: 12px; border-radius: var(--corner); }
.places:not(:empty) { display: flex; gap: 8px; overflow-x: auto; padding: 4px 4px 16px; }
.places button { flex: none; min-height: 48px; padding: 0 20px; border-radius: 24px; background: var(--soft); }
.places [aria-pressed=true] { background: var(--main); color: var(--text-primary-color); }
ul {
  display: grid; gap: 16px;
  grid-template-columns: var(--columns, repeat(auto-fill, minmax(min(340px, 100%), 1fr)));
}
ul li {
  --edge: var(--success-color);
  display: grid; grid-template: auto 1fr auto / minmax(96px, 38%) minmax(0, 1fr); gap: 12px 16px;
  padding: 16px; border-radius: var(--corner); border: 1px solid var(--divider-color);
  border-top: 6px solid var(--edge); background: var(--card-background-color);
}
ul [data-type=blocklisted] { --edge: var(--red); }
ul [data-type=stranger] { --edge: var(--amber); }
ul li.old { --edge: var(--divider-color); }
h3 { grid-column: 1 / -1; display: flex; gap: 12px; justify-content: space-between; font-size: 1.15rem; }
h3 bdi + bdi, ul .type, .old .words { color: var(--quiet); }
ul .face { grid-row: 2 / -1; width: 100%; max-width: 220px; aspect-ratio: 1; font-size: 64px; }
ul .name { font-size: 1.5rem; line-height: 1.15; order: -1; }
ul [data-type=blocklisted] .type { color: var(--red); font-weight: 500; }
ul .open { align-self: end; justify-self: start; padding: 0 20px; }
ul .old .face img { opacity: .6; }

.note:not(:empty) { padding: 4px; color: var(--quiet); }
.people ul { gap: 8px; grid-template-columns: repeat(auto-fill, minmax(min(180px, 100%), 1fr)); }
.people li { display: block; padding: 0; border: 0; }
.people li > * {
  display: grid; grid-template-columns: 72px minmax(0, 1fr); grid-auto-flow: column; gap: 16px;
  align-items: center; min-height: 56px; padding: 4px; border-radius: var(--corner);
}
.people .face { grid-row: auto; font-size: 36px; }
.people .words { gap: 4px; }
.people .name, summary { font-size: 1.15rem; }
.people .place { font-size: inherit; }
.people label { cursor: pointer; }
.people label:has(:focus-visible) { background: var(--soft); }
.roll_call ul { grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); }
summary { padding: 12px 4px; font-weight: 600; cursor: pointer; }
input { width: 32px; height: 32px; margin: 0 8px; accent-color: var(--main); }
.unfit { font-size: .8rem; }

/* Below the face, which its question is about. */
dialog {
  width: min(520px, 100vw - 32px); margin-bottom: 24px; padding: 24px 32px; border: 0; border-radius: 28px;
  background: var(--card-background-color); color: var(--primary-text-color);
}
dialog::backdrop { background: rgba(0, 0, 0, .4); }
dialog h2 { font-size: 1.8rem; font-weight: 600; overflow-wrap: anywhere; }
dialog p { margin-top: 12px; font-size: 1.15rem; min-height: 1.5em; overflow-wrap: anywhere; }
dialog[data-state=failed] p { color: var(--red); }
.buttons { display: flex; flex-wrap: wrap; gap: 16px; margin-top: 32px; }
.buttons button { flex: 1 1 160px; min-height: 64px; border-radius: 32px; font-size: 1.2rem; background: var(--soft); }
.buttons .open_door { background: var(--main); color: var(--text-primary-color); }

@container (width < 720px) {
  .main { grid-template: minmax(200px, 1fr) auto / minmax(0, 1fr); padding: 12px 16px; gap: 12px; }
  .main > .face { place-items: center; }
  .main .words { text-align: center; align-items: center; }
  .main .name { font-size: clamp(2.2rem, 12cqi, 4rem); }
  .main .open { width: 100%; }
  footer { flex-direction: column; align-items: stretch; gap: 8px; }
  .today { max-width: none; }
  ul { grid-template-columns: minmax(0, 1fr); }
}
`;
