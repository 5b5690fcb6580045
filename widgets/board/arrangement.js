// The arrangement of the cards that a person chose: view settings, so that a link brings it along.
//
// A list is ids with dots between them: they need no escape in a link.

import { followView, setView, viewSetting } from "../controls/view_settings.js";

const ROLES = ["lead", "ordinary", "diagnostic"];
const SETTINGS = ["diagnostics", "enlarged", "hidden", "order"];

export class Arrangement {
  /** `onChange` is called when another arrangement is chosen. */
  constructor(onChange) {
    this.onChange = onChange;
    this.cards = [];
  }

  /** Follows the view settings of the page at `root`. */
  follow(root, signal) {
    this.root = root;
    followView(root, SETTINGS, () => this.onChange(), signal);
  }

  setting(name) {
    return this.root && viewSetting(this.root, name);
  }

  list(name) {
    return this.setting(name)?.split(".").filter(Boolean) ?? [];
  }

  /** The cards by role, within each as a person moved them. */
  take(cards) {
    const order = this.list("order");
    const place = ({ id }) => (order.includes(id) ? order.indexOf(id) : order.length);
    const sorted = [...cards].sort((one, other) => place(one) - place(other));
    this.cards = ROLES.flatMap((role) => sorted.filter((card) => card.role === role));
  }

  /** The enlarged card; undefined if all are as they come. */
  get enlarged() {
    return this.cards.find(({ id }) => id === this.setting("enlarged"));
  }

  get isOpen() {
    return this.setting("diagnostics") === "open";
  }

  /** The cards that are hidden, of those there are. */
  get hidden() {
    const hidden = this.list("hidden");
    return this.cards.filter(({ id }) => hidden.includes(id));
  }

  /** True if a person can see the card: the enlarged one alone, or all that are not hidden or folded away. */
  has(card) {
    const { enlarged } = this;
    if (enlarged) return card === enlarged;
    return !this.list("hidden").includes(card.id) && (this.isOpen || card.role !== "diagnostic");
  }

  turnDiagnostics() {
    setView(this.root, "diagnostics", this.isOpen ? undefined : "open");
  }

  /** Enlarges the card, or with none takes the enlarged one back. It counts for this page, not for the next visit. */
  enlarge(id) {
    setView(this.root, "enlarged", id, false);
  }

  /** Enlarges the card `by` places further on, of those that are not hidden; after the last comes the first. */
  turn(by) {
    const there = this.cards.filter((card) => !this.list("hidden").includes(card.id));
    const place = there.indexOf(this.enlarged) + by;
    this.enlarge(there.at(place % there.length)?.id);
  }

  hide(id) {
    if (this.enlarged?.id === id) this.enlarge(undefined);
    this.keep("hidden", [...this.list("hidden"), id]);
  }

  reveal(id) {
    this.keep("hidden", this.list("hidden").filter((one) => one !== id));
  }

  /** The card in sight of the same role that is so many places further on; undefined if there is none. */
  neighbour(card, by) {
    const peers = this.cards.filter((one) => one.role === card.role && this.has(one));
    return peers.includes(card) ? peers[peers.indexOf(card) + by] : undefined;
  }

  /** Moves a card by so many places among those of its role that are in sight. */
  move(id, by) {
    const target = this.neighbour(this.cards.find((one) => one.id === id), by);
    if (target) this.put(id, target.id);
  }

  /** True if a card can be put in the place of another one. */
  canTakePlaceOf(id, other) {
    return this.cards.find((card) => card.id === id)?.role === other.role;
  }

  /** Puts a card in the place of another one of its role, which makes room. */
  put(id, other) {
    const ids = this.cards.map((card) => card.id);
    const [from, to] = [ids.indexOf(id), ids.indexOf(other)];
    if (from === to || this.cards[from]?.role !== this.cards[to]?.role) return;
    ids.splice(to, 0, ...ids.splice(from, 1));
    this.keep("order", [...ids, ...this.list("order").filter((one) => !ids.includes(one))]); // and of other problems
  }

  keep(name, ids) {
    setView(this.root, name, ids.length ? ids.join(".") : undefined);
  }
}
