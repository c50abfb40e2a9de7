// The entry module, which every dashboard loads. It only registers what there is; the
// rest is imported when a dashboard shows it.

/**
 * @import { CardConfig, EntitySuggestion, FacesCardElement, Hass } from "./types"
 * @import { StrategyConfig } from "./types"
 */
import { assertConfig } from "./config.js";

const CARD = "se-aibox-faces";
const STRATEGY = "se-aibox";
const DOCUMENTATION =
  "https://github.com/se-aibox/ha-se-aibox/blob/main/docs/dashboard.md";

// Home Assistant shows these before it asks any translation of us.
const NAMES = {
  en: {
    card: "SE AI box faces",
    cardDescription: "A timeline of recognized faces, the newest one large, or doors.",
    dashboard: "SE AI box",
    dashboardDescription: "Who is at the doors, who came, and how the boxes are.",
    failed: "This part could not be loaded. Reload the page.",
  },
  zh: {
    card: "SE AI 盒子人脸",
    cardDescription: "人脸时间线、大幅显示的最新人脸，或各个门口。",
    dashboard: "SE AI 盒子",
    dashboardDescription: "谁在门口、谁来过，以及盒子的状态。",
    failed: "此部分无法加载。请刷新页面。",
  },
};

/** @param {keyof typeof NAMES.en} key */
function named(key) {
  const isChinese = document.documentElement.lang.startsWith("zh");
  return NAMES[isChinese ? "zh" : "en"][key];
}

/**
 * How many rows a card has in a view of sections; in other modes as many as it needs.
 *
 * @type {Readonly<Record<string, object>>}
 */
const ROWS = {
  timeline: { rows: 8, min_rows: 4 },
  now: { rows: 11, min_rows: 6 },
};

/** A card that exists at once, and imports what it shows. */
class FacesCardShell extends HTMLElement {
  /** @type {CardConfig} */
  #config = { type: `custom:${CARD}` };
  /** @type {Hass | undefined} */
  #hass;
  /** @type {FacesCardElement | undefined} */
  #card;

  /** @param {CardConfig} config */
  setConfig(config) {
    assertConfig(config);
    this.#config = config;
    if (this.#card) this.#card.config = config;
  }

  set hass(/** @type {Hass} */ hass) {
    this.#hass = hass;
    if (this.#card) this.#card.hass = hass;
  }

  connectedCallback() {
    this.style.display = "block";
    // In a section with rows of a fixed height, the card scrolls inside.
    this.style.height = "100%";
    if (!this.firstChild) void this.#show();
  }

  async #show() {
    try {
      await import("./faces-card.js");
    } catch (error) {
      console.error("SE AI box: cannot load the card.", error);
      this.replaceChildren(named("failed"));
      return;
    }
    // Connected again meanwhile.
    if (this.#card) return;
    const card = /** @type {FacesCardElement} */ (
      document.createElement("se-aibox-faces-card")
    );
    this.#card = card;
    card.config = this.#config;
    if (this.#hass) card.hass = this.#hass;
    this.replaceChildren(card);
  }

  getCardSize() {
    return 8;
  }

  getGridOptions() {
    const { mode = "timeline" } = this.#config;
    return { columns: 12, min_columns: 6, rows: "auto", ...ROWS[mode] };
  }

  static getStubConfig() {
    return { mode: "timeline" };
  }

  static async getConfigForm() {
    const { configForm } = await import("./editor.js");
    return configForm();
  }
}

/** @type {typeof import("./strategy.js") | undefined} */
let strategy;

async function loadStrategy() {
  strategy = await import("./strategy.js");
  return strategy;
}

/** A dashboard that is made by the imported strategy. */
class DashboardStrategyShell extends HTMLElement {
  /**
   * @param {StrategyConfig} config
   * @param {Hass} hass
   */
  static async generate(config, hass) {
    const { generateDashboard } = await loadStrategy();
    return generateDashboard(config, hass);
  }

  /** @param {Hass} hass */
  static async getCreateSuggestions(hass) {
    const { getCreateSuggestions } = await loadStrategy();
    return getCreateSuggestions(hass);
  }

  /**
   * @param {StrategyConfig} config
   * @param {Hass} before
   * @param {Hass} now
   */
  static shouldRegenerate(config, before, now) {
    // Not imported yet means not generated yet.
    return strategy?.shouldRegenerate(config, before, now) ?? false;
  }

  static async getConfigElement() {
    await loadStrategy();
    return document.createElement("se-aibox-strategy-editor");
  }
}

/**
 * @param {Hass} hass
 * @param {string} entityId
 * @returns {EntitySuggestion | null}
 */
function suggestCard(hass, entityId) {
  const entity = hass.entities[entityId];
  if (entity?.platform !== "se_aibox") return null;
  const filter = entity.device_id ? { device_ids: [entity.device_id] } : {};
  return { config: { type: `custom:${CARD}`, ...filter } };
}

// Another version of this module may have done all this.
if (!customElements.get(CARD)) {
  customElements.define(CARD, FacesCardShell);
  customElements.define(`ll-strategy-dashboard-${STRATEGY}`, DashboardStrategyShell);
  // Getters, because the frontend may not know the language yet.
  (window.customCards ??= []).push({
    type: CARD,
    get name() {
      return named("card");
    },
    get description() {
      return named("cardDescription");
    },
    preview: true,
    documentationURL: DOCUMENTATION,
    getEntitySuggestion: suggestCard,
  });
  (window.customStrategies ??= []).push({
    type: STRATEGY,
    strategyType: "dashboard",
    get name() {
      return named("dashboard");
    },
    get description() {
      return named("dashboardDescription");
    },
    documentationURL: DOCUMENTATION,
  });
}
