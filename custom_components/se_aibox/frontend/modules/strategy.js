/**
 * The dashboard `custom:se-aibox`: views made of the registries.
 *
 * @import {Hass} from "./types"
 * @import {Config, Options} from "./views.js"
 */
import { findHouse, haveOthersAppeared } from "./registry.js";
import { DashboardEditor } from "./strategy-editor.js";
import { loadTexts } from "./texts.js";
import { makeViews } from "./views.js";

const REGISTRIES = /** @type {const} */ (["entities", "devices", "areas", "floors"]);
const EDITOR = "se-aibox-strategy-editor";

/**
 * Return the configuration of the dashboard.
 *
 * @param {Options} options
 * @param {Hass} hass
 * @returns {Promise<Config>}
 */
export async function generateDashboard(options, hass) {
  return { views: makeViews(hass, options, await loadTexts(hass)) };
}

/**
 * Return whether the views would be others than before.
 *
 * Making them anew builds every card anew, also that on the screen at the door.
 *
 * @param {Options} options
 * @param {Hass} before
 * @param {Hass} now
 */
export function shouldRegenerate(options, before, now) {
  if (before.language !== now.language || haveOthersAppeared(before, now)) {
    return true;
  }
  return (
    REGISTRIES.some((registry) => before[registry] !== now[registry]) &&
    JSON.stringify(findHouse(before, options)) !== JSON.stringify(findHouse(now, options))
  );
}

/**
 * Return what the dialog of a new dashboard suggests.
 *
 * @param {Hass} hass
 */
export async function getCreateSuggestions(hass) {
  const texts = await loadTexts(hass);
  return { title: texts("dashboard.title"), icon: "mdi:face-recognition" };
}

if (!customElements.get(EDITOR)) {
  customElements.define(EDITOR, DashboardEditor);
}
