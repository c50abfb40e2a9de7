// The types of what the modules share. Nothing of this reaches a browser.

import type { Feed } from "./feed.js";
import type { Times } from "./times.js";

/** What we use of the frontend's `hass` object. */
export interface Hass {
  language: string;
  locale: {
    language: string;
    time_format: "language" | "system" | "12" | "24";
    time_zone: "local" | "server";
  };
  config: { time_zone: string };
  user?: { id: string; name: string; is_admin: boolean };
  connected: boolean;
  states: Record<string, EntityState>;
  entities: Record<string, RegistryEntity>;
  devices: Record<string, RegistryDevice>;
  areas: Record<string, RegistryArea>;
  floors: Record<string, RegistryFloor>;
  connection: Connection;
  callWS(message: Command): Promise<any>;
  callService(
    domain: string,
    service: string,
    data?: object,
    target?: { entity_id?: string | string[]; device_id?: string | string[] },
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<any>;
  loadBackendTranslation(category: string, integration: string): Promise<Texts>;
  hassUrl(path?: string): string;
  formatEntityState?(state: EntityState): string;
}

/** A message of the websocket API. */
export interface Command {
  type: string;
  [key: string]: unknown;
}

/** What is subscribed to, and what receives its events. */
export type Followed = [message: Command, receive: (event: any) => unknown];

export interface Connection {
  subscribeMessage<Event>(
    callback: (event: Event) => unknown,
    message: Command,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(type: "ready", listener: () => void): void;
  removeEventListener(type: "ready", listener: () => void): void;
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
}

export interface RegistryEntity {
  entity_id: string;
  device_id?: string;
  platform?: string;
  translation_key?: string;
  hidden?: boolean;
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
}

export interface RegistryFloor {
  floor_id: string;
  name: string;
}

/** Which recognitions somebody asks for. */
export interface Filter {
  entry_ids?: string[];
  device_ids?: string[];
  person_types?: string[];
  person?: string;
}

export type Mode = "timeline" | "now" | "doors" | "inside" | "roll_call";

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

/** What views are made of. */
export interface Plan {
  hass: Hass;
  house: House;
  options: Options;
  texts: Texts;
}

/** How a view is made. */
export interface ViewPlan {
  icon: string;
  make(plan: Plan): Config;
}

/** A floor or an area, or all of them. */
export interface Place {
  id: string | null;
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

/** What a recognition is named by. */
export type Named = Pick<Row, "name" | "identity_id" | "matched">;

/** A recognition and its moment in milliseconds. */
export type Entry = Row & { at: number };

/** A day of the timeline. */
export interface Day {
  day: string;
  /** Index of its first row. */
  first: number;
  /** Index after its last row. */
  end: number;
  /** In pixels. */
  top: number;
  /** In pixels, with its header. */
  height: number;
}

/** A line of the timeline, with the rows from `first` to before `end`. */
export interface Line {
  day: Day;
  first: number;
  end: number;
  top: number;
}

/** A day of the timeline on the screen. */
export interface Section {
  element: HTMLElement;
  list: HTMLElement;
  title: HTMLElement;
}

/** What is said of somebody beside their face. */
export interface Said {
  at: number;
  name: string;
  type?: string;
  /** In place of the time of day. */
  said?: string;
}

/** A picture with its caption. */
export interface Figure {
  kind: string;
  path: string;
  caption: string;
}

export interface Picture {
  image: HTMLImageElement;
  /** Pictures of one group are dropped together. */
  group: string;
}

/** What a card gives to its view. */
export interface Card {
  hass: Hass;
  feed: Feed;
  texts: Texts;
  times: Times;
  config: CardConfig;
  openDetails(row: Entry): void;
}

export interface View {
  element: HTMLElement;
  update(): void;
  /** Say a live row. */
  announce?(row: Entry): void;
  /** Put the focus on a row. */
  focus?(key: string): void;
  /** Free what lives on outside the element. */
  dispose?(): void;
}

export type ViewClass = new (card: Card) => View;

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
  /** Missing until its device is registered. */
  device_id: string | null;
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

/** A permission group of a box, as `get_groups` answers. */
export interface Group {
  group_id: string;
  name: string;
  /** The doors that it opens, by name. */
  capture_devices: string[];
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

/** Somebody on the list of a roll call. */
export interface Listed {
  /** Of the item in the to-do list. */
  uid: string;
  name: string;
  type: string;
  /** Where they were seen last; `null` for who may not know it. */
  place: string | null;
  inside_since: string;
  last_seen: string;
  accounted_at: string | null;
  /** Signed path, which takes `&width=`. */
  face: string | null;
}

/** The newest roll call of a site. */
export interface RollCall {
  started_at: string;
  may_check: boolean;
  people: Listed[];
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

/** Properties of an element, and its listeners. */
export interface Properties {
  onclick?: (event: MouseEvent) => unknown;
  onkeydown?: (event: KeyboardEvent) => unknown;
  [name: string]: unknown;
}

/** A field of a form of Home Assistant. */
export interface Field {
  name: string;
}

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
