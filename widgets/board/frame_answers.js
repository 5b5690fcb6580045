// The page's answers to frames: the kernel sends the next frame only after the answer to the last.

import { isCutOff, tell } from "./connection.js";

const AGAIN_MS = 1000;

export class FrameAnswers {
  constructor(model, view) {
    Object.assign(this, { model, view });
    this.owed = null; // the number of the frame that is not yet answered
  }

  /** A frame has come. */
  owe(frame) {
    clearTimeout(this.repeating);
    this.owed = frame;
  }

  /** Answers the frame that is owed an answer, and once more if no further one comes: an answer may get lost. */
  give(drawn) {
    if (this.owed === null) return;
    const ack = { kind: "ack", view: this.view, frame: this.owed, drawn };
    const send = () => isCutOff(this.model) || tell(this.model, ack);
    this.owed = null;
    send();
    this.repeating = setTimeout(send, AGAIN_MS);
  }

  dispose() {
    clearTimeout(this.repeating);
  }
}
