/** The style of the modes `now` and `doors`. */

export const STYLE = `
:host {
  --red: var(--error-color, #db4437);
  --amber: var(--warning-color, #ffa600);
  --soft: var(--secondary-background-color, #e5e5e5);
  --faint: var(--secondary-text-color, #727272);
  --round: var(--ha-border-radius-lg, 12px);
  display: block;
  flex: 1 1 auto;
  min-height: 0;
  overflow: auto;
  container-type: inline-size;
  color: var(--primary-text-color);
  -webkit-user-select: none;
  user-select: none;
}
* { box-sizing: border-box; }
h2, h3, p, ol, ul { margin: 0; padding: 0; list-style: none; font-weight: inherit; }
button { font: inherit; color: inherit; border: 0; cursor: pointer; touch-action: manipulation; }
button:focus-visible { outline: 3px solid var(--primary-color); outline-offset: 2px; }
.icon { --mdc-icon-size: 1em; display: flex; width: 1em; height: 1em; flex: none; }
.aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.lost:not(:empty) {
  display: flex; gap: 12px; align-items: center; padding: 12px 20px;
  font-size: 1.1rem; background: var(--red); color: #fff;
}
.lost .icon { font-size: 1.5rem; }
.face {
  position: relative; display: grid; place-items: center; overflow: hidden; padding: 0;
  background: var(--soft); border-radius: var(--round); color: var(--disabled-text-color, #bdbdbd);
}
.face img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; object-position: top; }
.face .icon:not(:only-child) { position: absolute; }
.type { display: flex; gap: .4em; align-items: center; }
.ago:not(:empty)::before { content: "·"; margin-inline-end: .35em; }
.when { display: flex; flex-wrap: wrap; gap: .35em; font-variant-numeric: tabular-nums; }
.open {
  display: inline-flex; gap: .5em; align-items: center; justify-content: center; min-height: 56px;
  padding: 0 28px; border-radius: 28px; font-size: 1.15rem; font-weight: 500;
  background: var(--primary-color); --mdc-icon-size: 28px;
}
.open { color: var(--text-primary-color, #fff); }

.now { display: flex; flex-direction: column; height: 100%; min-height: 420px; }
.now .main {
  flex: 1 1 0; min-height: 0; display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr);
  gap: clamp(16px, 3cqi, 48px); padding: clamp(16px, 3cqi, 40px);
}
.now .main > .face { width: 100%; height: 100%; background: none; font-size: 120px; container-type: size; }
.now .main > .face img {
  position: static; width: min(100cqw, 100cqh * var(--ratio, 1)); height: auto; border-radius: var(--round);
}
.now .main > .face:has(img) { place-items: center end; }
.now .words { display: flex; flex-direction: column; justify-content: center; gap: clamp(8px, 1.2cqi, 16px); min-height: 0; }
.now .main .type {
  align-self: flex-start; padding: .3em .8em; border-radius: 1.2em; font-weight: 500;
  font-size: clamp(1rem, 2cqi, 1.5rem); background: var(--soft);
}
.name { font-weight: 600; overflow: hidden; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
.now .name { font-size: clamp(2.75rem, 9.5cqi, 8rem); line-height: 1.08; flex: none; }
.now .place { font-size: clamp(1.4rem, 3.4cqi, 2.75rem); overflow-wrap: anywhere; }
.now .when { font-size: clamp(1.1rem, 2.4cqi, 1.9rem); opacity: .85; }
.now .open { align-self: flex-start; min-height: 72px; border-radius: 36px; padding: 0 40px; font-size: 1.4rem; margin-top: 24px; flex: none; }
.now .main[data-type=blocklisted]:not(.old) { background: var(--red); color: #fff; }
.now .main[data-type=stranger]:not(.old) { background: var(--amber); color: #000; }
.now .main:is([data-type=blocklisted], [data-type=stranger]):not(.old) .type { background: rgba(0, 0, 0, .18); }
.now .main:is([data-type=blocklisted], [data-type=stranger]):not(.old) .open { background: #fff; color: #111; }
.now .old > .face { opacity: .55; filter: saturate(.4); transform: scale(.8); transform-origin: right; }
.now .old .name { font-size: clamp(2rem, 5cqi, 4rem); font-weight: 400; color: var(--faint); }
.now .old :is(.place, .when) { color: var(--faint); }
.now .old .open { background: none; border: 2px solid var(--primary-color); color: var(--primary-color); }
.now .old[data-type=blocklisted] .type { background: var(--red); color: #fff; }
.now .old[data-type=stranger] .type { background: var(--amber); color: #000; }
.nobody { grid-column: 1 / -1; place-self: center; display: grid; justify-items: center; gap: 24px; font-size: clamp(1.2rem, 3cqi, 2rem); color: var(--faint); }
.nobody .icon { font-size: 96px; }
.now footer {
  flex: none; display: flex; gap: 16px; align-items: center; padding: 12px clamp(12px, 2cqi, 28px);
  border-top: 1px solid var(--divider-color);
}
.today { flex: none; max-width: 8em; font-size: 1.1rem; color: var(--faint); }
.strip { flex: 1; min-width: 0; display: flex; gap: 8px; overflow-x: auto; scrollbar-width: none; }
.strip li { flex: 1 1 0; min-width: 68px; max-width: 128px; }
.strip button { width: 100%; display: grid; gap: 2px; padding: 4px; background: none; border-radius: var(--round); text-align: center; font-size: .9rem; }
.strip .face { width: 100%; aspect-ratio: 1; font-size: 40px; }
.strip :is(bdi, time) { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.strip time { color: var(--faint); font-variant-numeric: tabular-nums; }
.strip [data-type=blocklisted] .face { box-shadow: inset 0 -5px var(--red); }
.strip [data-type=stranger] .face { box-shadow: inset 0 -5px var(--amber); }

.all-doors { padding: clamp(8px, 1.5cqi, 20px); min-height: 100%; }
.all-doors .lost { margin-bottom: 12px; border-radius: var(--round); }
.places:not(:empty) { display: flex; gap: 8px; overflow-x: auto; padding: 4px 4px 16px; scrollbar-width: none; }
.places button { flex: none; min-height: 48px; padding: 0 20px; border-radius: 24px; background: var(--soft); }
.places [aria-pressed=true] { background: var(--primary-color); color: var(--text-primary-color, #fff); }
.doors { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); }
.doors.fixed { grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); }
.doors li {
  display: grid; grid-template-columns: minmax(96px, 38%) minmax(0, 1fr); grid-template-rows: auto 1fr auto; gap: 12px 16px;
  padding: 16px; border-radius: var(--round); border: 1px solid var(--divider-color);
  background: var(--card-background-color); border-top: 6px solid var(--success-color, #43a047);
  content-visibility: auto; contain-intrinsic-size: auto 260px;
}
.doors li.old { border-top-color: var(--divider-color); }
.doors [data-type=blocklisted]:not(.old) { border-color: var(--red); }
.doors [data-type=stranger]:not(.old) { border-color: var(--amber); }
.doors h3 { grid-column: 1 / -1; display: flex; gap: 12px; align-items: baseline; justify-content: space-between; font-size: 1.15rem; }
.doors h3 bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.doors .area { color: var(--faint); font-size: .95rem; }
.doors .face { grid-row: 2 / -1; width: 100%; max-width: 220px; aspect-ratio: 1; font-size: 64px; }
.doors .words { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.doors .name { font-size: 1.5rem; line-height: 1.15; }
.doors .type { color: var(--faint); }
.doors [data-type=blocklisted] .type { color: var(--red); font-weight: 500; }
.doors [data-type=stranger] .type .icon { color: var(--amber); }
.doors .open { grid-column: 2; align-self: end; justify-self: start; max-width: 100%; padding: 0 20px; }
.doors .old .face img { opacity: .6; }
.doors .old .name { font-weight: 400; color: var(--faint); }
.doors .old .open { background: var(--soft); color: var(--primary-text-color); }

dialog.door {
  width: min(520px, calc(100vw - 32px)); padding: 32px; border: 0; border-radius: 28px;
  background: var(--card-background-color); color: var(--primary-text-color);
}
dialog.door::backdrop { background: rgba(0, 0, 0, .6); }
dialog.door h2 { font-size: 1.8rem; font-weight: 600; line-height: 1.2; overflow-wrap: anywhere; }
dialog.door p { margin-top: 12px; font-size: 1.15rem; min-height: 1.5em; overflow-wrap: anywhere; }
dialog.door[data-state=opened] p { color: var(--success-color, #43a047); }
dialog.door[data-state=failed] p { color: var(--red); }
.buttons { display: flex; flex-wrap: wrap; gap: 16px; justify-content: space-between; margin-top: 32px; }
.buttons button { flex: 1 1 160px; min-height: 64px; padding: 0 24px; border-radius: 32px; font-size: 1.2rem; background: var(--soft); }
.buttons .confirm { background: var(--primary-color); color: var(--text-primary-color, #fff); }

@container (width < 720px) {
  .now .main { grid-template-columns: minmax(0, 1fr); grid-template-rows: minmax(0, 1fr) auto; padding: 12px 16px; gap: 12px; }
  .now .main > .face:has(img) { place-items: center; }
  .now .old > .face { transform-origin: bottom; }
  .now .words { text-align: center; align-items: center; }
  .now .main :is(.type, .open) { align-self: center; }
  .now .name { font-size: clamp(2.2rem, 12cqi, 4rem); }
  .now .open { width: 100%; }
  .now footer { flex-direction: column; align-items: stretch; gap: 8px; }
  .today { max-width: none; }
  .strip li { min-width: 76px; }
  .doors.fixed { grid-template-columns: minmax(0, 1fr); }
}
@media (prefers-reduced-motion: no-preference) {
  .now .main { transition: background-color .3s; }
}
`;
