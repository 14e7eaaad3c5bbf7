// What the section of the autoencoders says, in German.

import { either, fixed, integer } from "../../format.js";

/** @type {typeof import("../studio.js").studio} */
export const studio = {
  heading: "Autoencoder-Studio",
  prose: "Ein Bild geht durch einen engen Code und wird allein daraus rekonstruiert.",
  choices: "Autoencoder und Einstellungen",
  more: "Niemand sagt dem Netz, was das Bild zeigt; es lernt nur aus dem Unterschied zwischen Bild und Rekonstruktion. Was es behält und was es weglässt, ist hier zu sehen.",
  unknownPreset: (asked, presets) => `Im Studio gibt es keine Vorlage namens „${asked}“; möglich ist ${either(presets)}. Stattdessen ist der einfache Autoencoder ausgewählt.`,
  run: (name, beside) => `${name}, ${beside}`,
  beside: (epochs, on) => `${epochs === 1 ? "1 Epoche" : `${epochs} Epochen`}${on ? ", lernt gerade" : ""}`,
  presets: {
    heading: "Trainieren",
    names: {
      cae: ["Einfach", "Ein Code aus 4 × 4 × 8 Zahlen, ein Vierundzwanzigstel des Bildes."],
      "cae-bn": ["Mit BatchNorm", "Normierte Schichten und ein Code, der größer ist als das Bild."],
      "cae-denoise": ["Entrauschen", "Sieht ein gestörtes Bild und muss das ungestörte rekonstruieren."],
      pair: ["Einfach neben BatchNorm", "Nacheinander, auf denselben Bildern in derselben Reihenfolge."],
    },
  },
  controls: {
    start: "Trainieren",
    pause: "Pause",
    resume: "Weiter",
    goOn: "Diesen Lauf fortsetzen",
    stop: "Stopp",
    progress: "Fortschritt des Laufs",
    left: (time) => `noch ${time}`,
    speed: (n) => `${n} Bilder/s`,
  },
  status: {
    ready: "Gerade wird nichts trainiert. Ein Lauf braucht seine Zeit; alles hier zeigt dabei, wie weit das Netz ist.",
    on: (model, said, next) => `${model}: ${said}${next.length > 0 ? ` Danach ${next.join(", ")}.` : ""}`,
  },
  choice: {
    run: "Lauf anzeigen",
    other: "Vergleichen mit",
    none: "nichts",
    empty: "Hier lassen sich Läufe von Autoencodern auswählen, sobald es welche gibt.",
  },
  rows: {
    heading: "Rekonstruktionen",
    prose: "Acht Testbilder, mit denen das Netz nie trainiert wurde. Wo eine Differenz schwarz ist, stimmt alles. Ein Bild auswählen, um seinen Code zu sehen.",
    network: "Das Netz",
    alt: (row, run, n, name) => `${row}, ${run}, ${n}: ${name}`,
    pick: (n, name) => `Bild ${n}: ${name}`,
    waiting: "Noch nicht rekonstruiert.",
    none: "„Trainieren“ drücken: Hier erscheinen die Rekonstruktionen, ihre Kurven und der Code.",
  },
  charts: { training: "Verlust auf den Trainingsbildern", validation: "Verlust auf den Testbildern" },
  measures: {
    heading: "Wie gut das Netz ist",
    measure: "Maß",
    loss: { name: "Verlust", meaning: "was das Netz beim Training klein machen soll" },
    differ: (one, other) =>
      `Die Verluste sind von verschiedener Art (${one}, ${other}); sie lassen sich nicht vergleichen, und oben ist nur einer gezeichnet.`,
  },
  code: {
    heading: "Der Code",
    prose: "Mehr bekommt die zweite Hälfte des Netzes von dem Bild nicht zu sehen. Jede kleine Karte ist ein Kanal des Codes; je kräftiger die Farbe, desto größer die Zahl.",
    waiting: "Hier wird der Code eines Bildes gezeichnet.",
    none: "Ein Code erscheint mit dem ersten trainierten Netz.",
    before: (name) => `Was hineingeht: ${name}`,
    after: (name) => `Aus dem Code rekonstruiert: ${name}`,
    corrupted: ", gestört",
    error: (mse) => `MSE ${mse}`,
    alt: (shape, name) =>
      shape.length === 3
        ? `Der Code des Bildes (${name}): ${shape[2]} ${shape[2] === 1 ? "Karte" : "Karten"} mit ${shape[0]} mal ${shape[1]} Zahlen`
        : `Der Code des Bildes (${name}): ${shape[0]} ${shape[0] === 1 ? "Zahl" : "Zahlen"}`,
    range: (low, high) => `von ${low} bis ${high}`,
    smaller: (picture, shape, code) =>
      `${integer(picture)} Zahlen gehen hinein, ${integer(code)} kommen durch (${shape.join(" × ")}): um den Faktor ${fixed(picture / code, picture % code === 0 ? 0 : 1)} weniger. Das Netz muss auswählen, was es behält, und scharfe Kanten gehen zuerst verloren.`,
    larger: (picture, shape, code) =>
      `${integer(picture)} Zahlen gehen hinein, und der Code hat ${integer(code)} (${shape.join(" × ")}): ${fixed(code / picture, 1)}-mal so viele. Der Code ist größer als das Bild, also muss nichts wegfallen. Deshalb rekonstruiert ein solches Netz bald fast alles, und deshalb ist sein Code keine Zusammenfassung.`,
  },
  map: {
    heading: "Der latente Raum",
    prose: "Jedes Testbild steht dort, wo sein Code es hinstellt, gesehen entlang der ersten beiden Hauptkomponenten der Codes: der zwei Richtungen, in denen sie sich am stärksten unterscheiden. Bilder mit ähnlichen Codes stehen nahe beieinander.",
    label: "Karte des latenten Raums. Die Pfeiltasten führen von Bild zu Bild.",
    alt: (n) => `${integer(n)} Testbilder, nach ihren Codes angeordnet. Die Tabelle darunter sagt, wo jede Klasse liegt.`,
    waiting: "Hier wird die Karte gezeichnet.",
    status: {
      none: "Die Karte erscheint mit dem ersten trainierten Netz.",
      learning: "Die Karte wird gezeichnet, wenn eine Epoche zu Ende ist.",
      asked: "Bilder für die Karte werden codiert…",
      unasked: "Diese Codes lassen sich nicht abfragen.",
    },
    x: (share) => `→ erste Hauptkomponente, ${share} der Varianz`,
    y: (share) => `↑ zweite Hauptkomponente, ${share} der Varianz`,
    mark: "Auf der Karte markierte Klassen",
    enlarged: (name) => `Vergrößert: ${name}`,
    begin: "Von hier interpolieren",
    end: "Bis hierher interpolieren",
    keys: "Ein Bild auswählen, um seinen Code zu sehen. Von einem Bild zu einem anderen ziehen, um zwischen ihnen zu interpolieren. Mit der Tastatur: Die Pfeiltasten führen von Bild zu Bild, die Leertaste wählt aus, die Eingabetaste markiert das erste Bild und dann das zweite, Escape hebt es auf.",
    at: (name, n, of) => `${name}, Bild ${n} von ${of}`,
    begun: (name) => `Die Interpolation beginnt bei diesem Bild: ${name}. Auswählen, wo sie endet.`,
    ended: (name) => `Die Interpolation endet bei diesem Bild: ${name}.`,
    together: (together, chance, times) =>
      `Von den fünf nächsten Nachbarn eines Bildes auf dieser Karte gehören ${together} zu seiner eigenen Klasse; durch Zufall wären es ${chance}. ${times < 1.25 ? "Die Karte kennt die Klassen also kaum" : times < 2.5 ? "Die Karte kennt die Klassen also ein wenig" : "Die Klassen bleiben hier also beisammen"}, obwohl das Netz nie eine Klasse genannt bekam.`,
    table: "Wo die Klassen liegen",
    tableNote: "Der Mittelpunkt jeder Klasse, in Standardabweichungen vom Mittelpunkt aller.",
    columns: { class: "Klasse", count: "Bilder", x: "Erste", y: "Zweite", together: "Eigene Nachbarn" },
  },
  interpolation: {
    heading: "Interpolation zwischen zwei Bildern",
    none: "Zwei Bilder auf der Karte auswählen: Hier erscheint, was das Netz auf der geraden Linie zwischen ihren Codes decodiert.",
    asked: "Es wird interpoliert…",
    said: (from, to) => `Von einem Bild der Klasse ${from} zu einem der Klasse ${to}. Außen stehen die Bilder selbst; dazwischen steht, was aus neun Codes auf der geraden Linie zwischen ihren Codes decodiert wird.`,
    end: (name) => `Das Bild selbst: ${name}`,
    alt: (n, of, from, to) => `Schritt ${n} von ${of} von ${from} nach ${to}`,
  },
  generated: {
    heading: "Erzeugte Bilder",
    draw: "Andere ziehen",
    said: "Diese Bilder hat niemand aufgenommen: Jedes ist aus einem Code decodiert, der zufällig aus der Normalverteilung gezogen wurde, an die das Training die Codes bindet.",
    asked: "Bilder werden erzeugt…",
    learning: "Bilder werden erzeugt, wenn eine Epoche zu Ende ist.",
    alt: (n, of) => `Erzeugtes Bild ${n} von ${of}`,
  },
  extremes: {
    heading: "Am besten und am schlechtesten rekonstruiert",
    best: "Am besten",
    worst: "Am schlechtesten",
    waiting: "Noch nicht ausgewertet",
    input: (name) => `Bild: ${name}`,
    output: (name) => `Rekonstruktion: ${name}`,
    pick: (name, error) => `${name}, mittlerer quadratischer Fehler ${error}. Den Code zeigen.`,
    judged: (n) => `Unter ${n} Testbildern, nach dem mittleren quadratischen Fehler. Oben das Bild, darunter seine Rekonstruktion. Ein Bild auswählen, um seinen Code zu sehen.`,
    status: {
      none: "Die besten und die schlechtesten erscheinen mit dem ersten trainierten Netz.",
      learning: "Sie werden gesucht, wenn der Lauf zu Ende ist.",
      asked: "Die Testbilder werden rekonstruiert…",
    },
  },
};
