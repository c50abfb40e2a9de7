// Watches a page for a new face in each of two cards, by the page's own clock.
// The argument are the selectors of their pictures, which may lie in shadow trees.

async (selectors) => {
  const find = (selector, root = document) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      const inside = shadowRoot && find(selector, shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  // Home Assistant's clock is that of the machine, which a tick of `Date` reveals.
  const before = Date.now();
  let tick = before;
  while (tick === before) tick = Date.now();
  const origin = tick - performance.now();

  let waiting = null;
  const note = (what, moment) => {
    if (!waiting) return;
    waiting.moments[what] ??= moment;
    const { event, ...shown } = waiting.moments;
    if (event === undefined || Object.keys(shown).length < selectors.length) return;
    waiting.resolve(selectors.map((_, number) => shown[number] - event));
    waiting = null;
  };
  const notePainted = async (number, image) => {
    await image.decode();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      // The first task after the frame.
      port1.onmessage = () => image.checkVisibility() && note(number, performance.now());
      port2.postMessage(null);
    });
  };
  const roots = selectors.map((selector) => find(selector).getRootNode());
  for (const [number, selector] of selectors.entries()) {
    const loaded = ({ target }) => {
      const isWanted = target === roots[number].querySelector(selector);
      if (isWanted && waiting && target.src !== waiting.old[number]) {
        void notePainted(number, target);
      }
    };
    roots[number].addEventListener("load", loaded, true);
  }
  const { connection } = document.querySelector("home-assistant").hass;
  await connection.subscribeEvents(({ time_fired: fired }) => {
    // `Date` knows no microseconds.
    note("event", Date.parse(fired) + Number(`0.${fired.slice(23, 26)}`) - origin);
  }, "se_aibox_recognition");

  // Return the milliseconds from the next event to each picture.
  window.nextFace = () =>
    new Promise((resolve) => {
      const old = selectors.map((selector, number) => roots[number].querySelector(selector).src);
      waiting = { old, moments: {}, resolve };
    });
}
