// The types of what the modules share. Nothing of this reaches a browser.

/** What we use of the frontend's `hass` object. */
export interface Hass {
  language: string;
  locale: {
    language: string;
    time_format: "language" | "system" | "12" | "24";
    time_zone: "local" | "server";
  };
  config: { time_zone: string; version: string };
  user?: { id: string; name: string; is_admin: boolean };
  themes?: { darkMode: boolean };
  connected: boolean;
  states: Record<string, EntityState>;
  entities: Record<string, RegistryEntity>;
  devices: Record<string, RegistryDevice>;
  areas: Record<string, RegistryArea>;
  floors: Record<string, RegistryFloor>;
  services: Record<string, Record<string, unknown>>;
  connection: Connection;
  callWS(message: { type: string; [key: string]: unknown }): Promise<any>;
  callService(
    domain: string,
    service: string,
    data?: object,
    target?: { entity_id?: string | string[]; device_id?: string | string[] },
    notifyOnError?: boolean,
  ): Promise<unknown>;
  loadBackendTranslation(category: string, integration: string): Promise<Texts>;
  hassUrl(path?: string): string;
  formatEntityState?(state: EntityState): string;
}

export interface Connection {
  subscribeMessage<Event>(
    callback: (event: Event) => void,
    message: { type: string; [key: string]: unknown },
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(type: "ready" | "disconnected", listener: () => void): void;
  removeEventListener(type: "ready" | "disconnected", listener: () => void): void;
}

/** Why an action failed. */
export interface ActionError {
  message?: string;
  translation_domain?: string;
  translation_key?: string;
  translation_placeholders?: Record<string, string>;
}

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
  last_changed: string;
  last_updated: string;
}

export interface RegistryEntity {
  entity_id: string;
  name?: string | null;
  device_id?: string;
  area_id?: string;
  platform?: string;
  translation_key?: string;
  entity_category?: "config" | "diagnostic";
  hidden?: boolean;
  labels: string[];
}

export interface RegistryDevice {
  id: string;
  name: string | null;
  name_by_user: string | null;
  area_id: string | null;
  model_id?: string | null;
  identifiers: [string, string][];
  config_entries: string[];
  primary_config_entry: string | null;
  via_device_id: string | null;
  disabled_by?: string | null;
}

export interface RegistryArea {
  area_id: string;
  floor_id: string | null;
  name: string;
  icon: string | null;
}

export interface RegistryFloor {
  floor_id: string;
  name: string;
  level: number | null;
  icon: string | null;
}

/** Which recognitions somebody asks for. */
export interface Filter {
  entry_ids?: string[];
  device_ids?: string[];
  person_types?: string[];
  person?: string;
}

export type Mode = "timeline" | "now" | "doors" | "inside";

export interface CardConfig extends Filter {
  type: string;
  mode?: Mode;
  columns?: number;
  show_score?: boolean;
  title?: string;
  /** After how many minutes a face recedes, in the modes `now` and `doors`. */
  old_after?: number;
}

export type ViewName = "now" | "doors" | "sites" | "people" | "boxes";

/** What a dashboard is limited to. */
export interface Limits {
  entry_ids?: string[];
  areas?: string[];
}

export interface Options extends Limits {
  columns?: number;
  views?: ViewName[];
}

export interface StrategyConfig extends Options {
  type: string;
}

/** The configuration of a view, section or card of Home Assistant. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Config = Record<string, any>;

/** A device of the integration, with what the user may read. */
export interface HouseDevice {
  id: string;
  name: string;
  /** The model id; empty for a capture device. */
  model: string;
  areaId: string | null;
  boxId: string | null;
  entryId: string | null;
  /** Entity ids by domain and translation key, such as `image.face`. */
  entities: Readonly<Record<string, string>>;
  isEmpty: boolean;
}

export interface HouseBox extends HouseDevice {
  doors: HouseDevice[];
}

export interface House {
  boxes: HouseBox[];
  people: HouseDevice[];
  sites: HouseDevice[];
}

/** A floor or an area. */
export interface Place {
  id: string;
  name: string;
}

/** Who came last to a door. */
export interface Last {
  at: number;
  /** Of the recognition, if only the entities know it. */
  id?: unknown;
  name: string;
  type: string;
  /** Of the face. */
  path: string | null;
  /** Whether they may still be near. */
  isFresh: boolean;
}

export type PictureKind = "face" | "scene" | "reference";

/** One recognition, as the websocket commands answer it. */
export interface Row {
  /** `<entry_id>/<recognition_id>` */
  key: string;
  entry_id: string;
  recognition_id: string;
  device_id: string | null;
  place: string;
  followed_device_ids: string[];
  name: string | null;
  identity_id: string | null;
  stranger_id: string | null;
  person_type: string;
  matched: boolean;
  score: number | null;
  threshold: number | null;
  group_name: string | null;
  /** ISO 8601, in UTC */
  occurred_at: string;
  kind: "live" | "recovered" | "recorded";
  simulated: boolean;
  attributes: Record<string, unknown>;
  /** Signed paths, which take `&width=`. */
  pictures: Partial<Record<PictureKind, string>>;
}

export interface Silent {
  entry_id: string;
  title: string;
}

export interface Page {
  recognitions: Row[];
  before: string | null;
  silent: Silent[];
}

export interface Box {
  entry_id: string;
  title: string;
  device_id: string;
  connected: boolean;
  pictures: boolean;
}

export interface Door {
  device_id: string;
  name: string;
  entry_id: string;
  area_id: string | null;
}

export interface FollowedPerson {
  device_id: string;
  name: string;
}

export interface Site {
  device_id: string;
  name: string;
  door_ids: string[];
}

/** Somebody inside a site, as `get_people_inside` answers. */
export interface Insider {
  entry_id: string;
  identity_id: string;
  identity_name: string | null;
  person_type: string;
  followed_device_ids: string[];
  inside_since: string;
  last_seen: string;
}

export interface StateMessage {
  type: "state";
  today: number | null;
  boxes: Box[];
  doors: Door[];
  people: FollowedPerson[];
  sites: Site[];
}

export interface RecognitionMessage {
  type: "recognition";
  recognition: Row;
  today: number | null;
}

export type FeedMessage = StateMessage | RecognitionMessage;

/** Look a text up by its key below `config_panel`, as `card.today`. */
export type Texts = (
  key: string,
  placeholders?: Record<string, string | number>,
) => string;

export type Child = Node | string | number | null | undefined | false | Child[];

/** The element that `faces-card.js` defines as `se-aibox-faces-card`. */
export interface FacesCardElement extends HTMLElement {
  config: CardConfig;
  hass: Hass;
}

export interface EntitySuggestion {
  label?: string;
  config: CardConfig;
}

/** An entry of the frontend's card picker. */
export interface CustomCard {
  type: string;
  name: string;
  description?: string;
  preview?: boolean;
  documentationURL?: string;
  getEntitySuggestion?: (
    hass: Hass,
    entityId: string,
  ) => EntitySuggestion | EntitySuggestion[] | null;
}

/** An entry of the frontend's dialog "New dashboard". */
export interface CustomStrategy {
  type: string;
  strategyType: "dashboard" | "view" | "section";
  name: string;
  description?: string;
  documentationURL?: string;
}

declare global {
  interface Window {
    customCards?: CustomCard[];
    customStrategies?: CustomStrategy[];
  }
}
