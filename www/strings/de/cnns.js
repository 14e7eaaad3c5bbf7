// The words of the comparison of six networks, in German.

import { fixed, integer, local, percent } from "../../format.js";

const COUNTS = ["kein", "ein", "zwei", "drei", "vier"];
/** @param {number} depth */
const count = (depth) => COUNTS[depth] ?? String(depth);
/** @param {number} depth */
const blocks = (depth) => `${count(depth)} ${depth === 1 ? "Block" : "Blöcke"}`;
/** After `mit`, `bei` and `von`. @param {number} depth */
const withBlocks = (depth) => (depth === 1 ? "einem Block" : `${count(depth)} Blöcken`);

/** Numbers with a decimal comma stand between semicolons. @param {string[]} words */
const list = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(/^[\d,]+$/.test(words[0]) ? "; " : ", ")} und ${words.at(-1)}`;

/** @param {number} share */
const figureOf = (share) => fixed(Math.abs(share) * 100, 1);
/** @param {number} share */
const points = (share) => `${figureOf(share)} Prozentpunkte`;

/** @param {number} n @param {string} one @param {string} many */
const some = (n, one, many) => `${integer(n)} ${n === 1 ? one : many}`;
/** @param {number} n */
const runs = (n) => some(n, "Lauf", "Läufe");
/** After `von`. @param {number} n */
const ofRuns = (n) => some(n, "Lauf", "Läufen");
/** @param {number} n */
const epochs = (n) => some(n, "Epoche", "Epochen");

/** @type {Record<import("../../sections/cnns/models.js").Pooling, string>} */
const pooling = { max: "Max-Pooling", average: "Mittelwert-Pooling" };

/** @type {typeof import("../cnns.js").cnns} */
export const cnns = {
  list,
  heading: "Sechs CNNs im fairen Vergleich",
  prose: "Sechs Netze, dieselben Bilder: Welches klassifiziert am besten?",
  choices: "Netze und Einstellungen",
  invitation: "Die Netze trainieren: Dann erscheinen hier ihre Kurven nebeneinander, danach eine Tabelle der Ergebnisse und, sobald zwei Läufe abgeschlossen sind, ein Fazit.",
  more: "Die Netze unterscheiden sich in der Tiefe, zwei bis vier Blöcke aus Faltung und Pooling, und darin, ob das Pooling das Maximum oder den Mittelwert von vier Nachbarn behält. Alle bekommen nacheinander dieselben Bilder in derselben Reihenfolge, dieselben Batches und gleich viele Epochen. Trainiert man jedes mit mehreren Seeds, zeigt sich, welche Unterschiede mehr als Zufall sind.",

  choice: {
    heading: "Netze",
    depth: blocks,
    pooling,
    legend: "In allen Diagrammen steht die Farbe für die Tiefe und eine gestrichelte Linie für Mittelwert-Pooling.",
    none: "Mindestens ein Netz auswählen.",
  },
  seeds: "Seeds je Netz",
  seedsHint: (from, to) => (from === to ? `Seed ${from}` : `Seeds ${from} bis ${to}`),
  padding: "Padding",
  paddings: { preset: "wie vorgegeben", same: "bei allen same" },
  paddingHint: "Vorgegeben ist same nur bei vier Blöcken.",
  found: "Bereits trainiert",
  foundLabel: (n, epochCount, batch, rate, seed, padding) =>
    `${runs(n)}: ${epochs(epochCount)}, Batchgröße ${batch}, Lernrate ${local(String(rate))}, ${seed}${padding}`,
  foundSame: ", bei allen same",
  foundOther: "Diese Einstellungen",

  controls: {
    train: (n) => `${some(n, "Netz", "Netze")} trainieren`,
    trainRest: (n) => (n === 1 ? "Das fehlende trainieren" : `Die ${integer(n)} fehlenden trainieren`),
    goOn: (n) => (n === 1 ? "Fortsetzen" : `Fortsetzen, dann ${integer(n - 1)} weitere trainieren`),
    half: (name, seed, epoch, of) => `${name}, Seed ${seed}, wurde in Epoche ${epoch} von ${of} unterbrochen und geht von dort weiter.`,
    pause: "Pause",
    resume: "Weiter",
    skip: "Dieses überspringen",
    stop: "Alle stoppen",
    again: (n) => (n === 1 ? "Noch einmal trainieren" : `Alle ${integer(n)} noch einmal trainieren`),
    taken: (here, all) =>
      here === all
        ? `${all === 1 ? "Der Lauf" : `Alle ${integer(all)} Läufe`} mit genau diesen Einstellungen und Bildern ${all === 1 ? "ist" : "sind"} schon da; nichts muss trainiert werden.`
        : `${integer(here)} von ${ofRuns(all)} mit genau diesen Einstellungen und Bildern ${here === 1 ? "ist schon da und wird" : "sind schon da und werden"} unverändert übernommen.`,
    bar: "Fortschritt aller Läufe",
    run: (n, of, name) => `Lauf ${integer(n)} von ${integer(of)}: ${name}`,
    epoch: (n, of) => `Epoche ${n} von ${of}`,
    left: (time) => `noch etwa ${time}`,
    estimate: (time) => `Dauert auf diesem Rechner etwa ${time}, so schnell wie frühere Läufe.`,
    noEstimate: "Wie lange es dauert, steht hier, sobald ein Lauf trainiert hat.",
    paused: "Pausiert",
    starting: (n, of) => `Lauf ${integer(n)} von ${integer(of)} wird gestartet.`,
    waitingFor: (name) => `Warten auf ${name}, das gerade trainiert.`,
    endedSome: (done, of) => `${integer(done)} von ${ofRuns(of)} ${done === 1 ? "ist" : "sind"} zu Ende gelaufen.`,
    noData: "Es gibt keine Bilder zum Trainieren.",
    loadingData: "Die Bilder sind noch unterwegs.",
  },

  multiples: {
    heading: "Einzeln",
    note: "Die graue Linie ist die Genauigkeit auf den Trainingsbildern, über die letzten Schritte geglättet; die farbige ist die Genauigkeit auf den Testbildern. Alle sechs haben dieselben Achsen.",
    noteMean: "Die Linien sind Mittelwerte über die abgeschlossenen Seeds, die Bänder reichen eine Standardabweichung nach oben und unten.",
    training: "Training",
    validation: "Test",
    alt: (name) => `${name}: Genauigkeit`,
    waiting: "wartet",
    none: "nicht trainiert",
    left: "weggelassen",
    stopped: (n) => `nach ${epochs(n)} gestoppt`,
    diverged: "Verlust ist keine Zahl",
    runs: (n, of) => `${n} von ${of}`,
  },

  overlays: {
    heading: "Alle zusammen",
    charts: { accuracy: "Trainingsgenauigkeit", valAccuracy: "Testgenauigkeit", loss: "Trainingsverlust", valLoss: "Testverlust" },
  },

  results: {
    heading: "Ergebnisse",
    columns: {
      name: "Netz", parameters: "Parameter", multiplyAdds: "Multiply-Adds", loss: "Testverlust", accuracy: "Testgenauigkeit",
      seconds: "Zeit", perSecond: "Bilder/s", done: "Läufe",
    },
    of: (done, planned) => `${done} von ${planned}`,
    give: (mean, deviation) => `${mean} ± ${deviation}`,
    millions: (n) => `${fixed(n / 1e6, 1)} Mio.`,
    note: "Multiply-Adds (je eine Multiplikation und eine Addition) gelten für ein Bild, das durch das Netz geht. Verlust und Genauigkeit sind die nach der letzten Epoche. Die Zeit ist die eines Laufs, mit der Auswertung auf den Testbildern; Bilder/s zählt die Trainingsbilder in dieser Zeit.",
    noteMean: "Die Zahlen sind Mittelwerte über die Seeds, ± die Standardabweichung.",
    mixed: (names) => `Die Läufe wurden auf verschiedenen Geräten berechnet (${list(names)}); deshalb lassen sich ihre Zeiten nicht vergleichen.`,
  },

  shrinking: {
    heading: "Warum vier Blöcke Padding brauchen",
    prose: "Eine 3×3-Faltung betrachtet neun benachbarte Pixel auf einmal. Mit Padding valid bleibt sie innerhalb der Karte, die dadurch an jeder Seite ein Pixel verliert; mit Padding same erhält ein Rand aus Nullen die Größe. Pooling halbiert die Karte danach und lässt eine überzählige Zeile weg. Im Maßstab gezeichnet:",
    by: { picture: "Bild", convolution: "Faltung", pooling: "Pooling" },
    fails: "3×3 passt nicht",
    alt: (padding, sides) => `Seitenlängen der Karten mit Padding ${padding}: ${sides}.`,
    noFit: "und dort passt keine 3×3-Faltung mehr",
    said: "Was die Bibliothek sagt, wenn man es verlangt:",
    waiting: "Die Bibliothek ist noch nicht gefragt worden.",
  },

  conclusion: {
    heading: "Fazit",
    nothing: "Das Fazit erscheint hier, sobald zwei Läufe abgeschlossen sind.",
    unfinished: (done, planned) =>
      done === 0
        ? `Von ${ofRuns(planned)} ist noch keiner zu Ende gelaufen.`
        : `${integer(done)} von ${ofRuns(planned)} ${done === 1 ? "ist" : "sind"} zu Ende gelaufen; nur um ${done === 1 ? "diesen" : "diese"} geht es hier.`,
    diverged: (names) => `Der Verlust von ${list(names)} war irgendwann keine Zahl mehr; ${names.length === 1 ? "dieser Lauf zählt" : "diese Läufe zählen"} nicht mit.`,
    few: (n) =>
      `Vorsicht: Diese Netze wurden nur ${epochs(n)} lang trainiert. Das zeigt, welches am schnellsten beginnt, und nicht, welches am besten wird; tiefere Netze beginnen oft langsamer. Mehr Epochen trainieren, bevor etwas über Tiefe oder Pooling geschlossen wird.`,
    rising: (names) =>
      `Vorsicht: Die Testgenauigkeit von ${list(names)} stieg am Ende noch; mehr Epochen könnten die Reihenfolge ändern.`,
    guessing: (best, chance) =>
      `Noch ist keines besser als Raten: Das beste klassifiziert ${percent(best)} der Testbilder richtig, und Raten ergäbe ${percent(chance)}. Welches vorn liegt, sagt nichts. Mehr Epochen oder mit mehr Bildern trainieren.`,
    names: pooling,
    blocks,
    count,
    points,
    bare: figureOf,
    onePair: (depth, winner, loser, more, less) =>
      `Bei ${withBlocks(depth)} schneidet ${winner} besser ab als ${loser}: ${percent(more)} gegenüber ${percent(less)}.`,
    oneTie: (depth, accuracy) => `Bei ${withBlocks(depth)} schneiden beide Arten von Pooling gleich ab, mit ${percent(accuracy)}.`,
    allTie: "Max-Pooling und Mittelwert-Pooling schneiden bei allen verglichenen Tiefen gleich ab.",
    everywhere: (winner, loser, each, all) => `${winner} schneidet ${all ? "bei jeder Tiefe " : ""}besser ab als ${loser}: ${each}.`,
    by: (difference, depth, first) => (first ? `um ${points(difference)} bei ${withBlocks(depth)}` : `um ${figureOf(difference)} bei ${count(depth)}`),
    wins: (winner, depths, differences) => `bei ${depths} Blöcken schneidet ${winner} besser ab (um ${differences} Prozentpunkte)`,
    ties: (depths) => `bei ${depths} Blöcken schneiden beide gleich ab`,
    levels: {
      clear: (spreads) => `mehr als das Doppelte der Streuung über die Seeds (${spreads})`,
      likely: (spreads) => `mehr als die Streuung über die Seeds (${spreads}), aber nicht mehr als das Doppelte, sodass weitere Seeds es umkehren könnten`,
      within: (spreads) => `nicht mehr als die Streuung über die Seeds (${spreads}), also womöglich bloßer Zufall`,
    },
    that: (level) => `Das ist ${level}.`,
    each: (level) => `Das ist jeweils ${level}.`,
    at: (depths, level) => `bei ${depths} Blöcken ${level}`,
    theDifference: (clauses) => `Der Unterschied ist ${clauses}.`,
    score: (accuracy, depth, first) => `${percent(accuracy)} mit ${first ? withBlocks(depth) : count(depth)}`,
    shapes: {
      rises: (name, scores) => `Mehr Tiefe hilft bei ${name}: ${scores}.`,
      falls: (name, scores) => `Mehr Tiefe hilft bei ${name} nicht: ${scores}.`,
      mixed: (name, scores, best) => `Bei ${name} ${best === 1 ? "schneidet" : "schneiden"} ${blocks(best)} am besten ab: ${scores}.`,
      flat: (name, scores) => `Mehr Tiefe ändert bei ${name} nichts: ${scores}.`,
    },
    change: (more, from, to, gain, level) =>
      `Von ${count(from)} auf ${blocks(to)} ist das ein ${gain ? "Gewinn" : "Rückgang"} von ${points(more)}n, ${level}.`,
    gains: (name, more, from, to, first) =>
      `${first ? "gewinnt " : ""}${name} ${first ? points(more) : figureOf(more)} (von ${percent(from)} auf ${percent(to)})`,
    eachGain: (level) => `, jeweils ${level}`,
    bothRise: (from, to, each, level) => `Mehr Tiefe hilft bei beiden Arten von Pooling: Von ${count(from)} auf ${blocks(to)} ${each}${level}.`,
    oneRun: "Von jedem Netz gibt es nur einen Lauf. Daran lässt sich ein Unterschied nicht vom Zufall trennen: Ein anderer Seed kann eine andere Reihenfolge ergeben. Mit mehreren Seeds trainieren, um zu sehen, wie weit die Läufe eines Netzes auseinanderliegen.",
    someOneRun: "Wo von einem Netz nur ein Lauf abgeschlossen ist, lässt sich ein Unterschied nicht vom Zufall trennen.",
    padding: "Hier unterscheidet sich nicht nur die Tiefe: Vier Blöcke haben Padding, weniger Blöcke haben keines. Um nur die Tiefe zu vergleichen, beim Padding „bei allen same“ auswählen.",
    sampling: (pictures, error) =>
      `Jede Genauigkeit wurde auf ${integer(pictures)} Testbildern gemessen; schon dadurch ist sie um etwa ${points(error)} unsicher.`,
  },

  errors: {
    unknown: (names) => `Die Adresse verlangt den Vergleich von ${names}; das gehört nicht zu den sechs CNNs und wird weggelassen.`,
    noModels: "Die Adresse nennt kein Netz zum Vergleichen. Stattdessen sind alle sechs ausgewählt.",
  },
};
