// Every word in German about what is kept on this machine: room, what is deleted to make some, what cannot be read.

import { integer, size } from "../../format.js";

/** @param {string[]} names  the first few are said */
const few = (names) => `${names.slice(0, 5).join(", ")}${names.length > 5 ? ` und ${integer(names.length - 5)} weitere` : ""}`;

/** @type {typeof import("../storage.js").storage} */
export const storage = {
  closed: (why) =>
    `Dieser Browser bewahrt für diese Seite nichts auf, wie in manchen privaten Fenstern und wenn Websitedaten abgeschaltet sind (${why}).`,
  noDatabase: "er hat kein IndexedDB",
  blocked:
    "In einem anderen Tab ist eine ältere Version dieser Seite offen und hält fest, was hier aufbewahrt wird. Jenen Tab schließen und dann diese Seite neu laden.",
  silent: "Der Speicher des Browsers antwortet nicht. Andere Tabs dieser Seite schließen und dann neu laden.",
  newer:
    "Was in diesem Browser aufbewahrt wird, stammt von einer neueren Version dieser Seite. Es wird angezeigt und bleibt, wie es ist; nichts wird aufbewahrt oder gelöscht, bis die Seite in der neueren Version geladen ist. Die Seite ohne Cache neu laden.",
  full: "Der Platz, den dieser Browser der Seite gibt, ist voll. Unter „Aufbewahren“ Platz schaffen und dann weitermachen.",
  nearlyFull: (used, quota) =>
    `Der Platz wird knapp: ${size(used)} von ${size(quota)}, die dieser Browser der Seite gibt, sind belegt. Ist er voll, werden zuerst die Gewichte der ältesten Läufe ohne Namen gelöscht; ihre Kurven und Ergebnisse bleiben. Was ganz bleiben soll, benennen oder anheften, oder unter „Aufbewahren“ Platz schaffen.`,
  letGo: (run, started) =>
    `Der Platz war knapp; deshalb wurden die Gewichte des ältesten Laufs ohne Namen aus diesem Browser gelöscht: ${run}, begonnen am ${started}. Seine Kurven und Ergebnisse bleiben. Läufe, die benannt oder angeheftet sind, behalten ihre Gewichte.`,
  leftBehind: (runs) =>
    `Die GPU wird von einem anderen Worker verwendet, und was dieser Browser nicht aufbewahren konnte, bleibt beim alten: Die Gewichte von ${few(runs)} sind verloren. Kurven und Ergebnisse bleiben bis zum Ende dieses Besuchs.`,
  runNotKept: (run, why) =>
    `${run} lässt sich zurzeit nicht aufbewahren; beim Neuladen geht das Gelernte verloren. ${why}`,
  endNotKept: (run, why) =>
    `${run} ist zu Ende und nicht auf diesem Stand aufbewahrt: Beim Neuladen geht er verloren. Die Gewichte unter „Aufbewahren“ speichern oder Platz schaffen und weitertrainieren. ${why}`,
  damaged: (names) =>
    names.length === 1
      ? `Ein Lauf, der in diesem Browser aufbewahrt wird, lässt sich nicht lesen und bleibt, wie er ist: ${few(names)}. Ihn unter „Aufbewahren“ löschen, um den Platz freizugeben.`
      : `${integer(names.length)} Läufe, die in diesem Browser aufbewahrt werden, lassen sich nicht lesen und bleiben, wie sie sind: ${few(names)}. Sie unter „Aufbewahren“ löschen, um den Platz freizugeben.`,
  leftDamaged: (files) =>
    `Manches, was eine frühere Version dieser Seite aufbewahrt hat, lässt sich nicht lesen und blieb, wo es ist: ${few(files)}. Der Rest wurde übernommen.`,
  notTaken: (why) =>
    `Nicht alles, was eine frühere Version dieser Seite aufbewahrt hat, ließ sich übernehmen; der Rest bleibt, wo er ist, und wird beim nächsten Besuch erneut versucht. ${why}`,
  shardMissing: (file) => `${file} fehlt unter dem, was in diesem Browser aufbewahrt wird. Die Bilder noch einmal geben.`,
  swept: "Sie wurden inzwischen in einem anderen Tab entfernt. Die Bilder noch einmal geben.",
  cutShort: (name) =>
    `Die Bilder „${name}“ waren noch nicht vollständig übernommen, als diese Seite zuletzt geschlossen wurde; was davon da war, ist gelöscht. Sie noch einmal geben.`,
  setGone: "Diese Bilder werden in diesem Browser nicht mehr aufbewahrt.",
};
