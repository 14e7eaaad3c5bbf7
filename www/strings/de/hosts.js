// What the page says in German about where it is served and shown: servers, frames, policies, browsers.

/** Some paths, and how many there are besides. @param {string[]} paths */
const some = (paths) => (paths.length > 3 ? `${paths.slice(0, 3).join(", ")} und ${paths.length - 3} weitere` : paths.join(", "));

/** @type {typeof import("../hosts.js").hosts} */
export const hosts = {
  silent: (path) => `${path} antwortete nicht. Die Verbindung prüfen und erneut versuchen.`,
  silentElsewhere: (address) =>
    `${address} antwortete nicht, oder der Server dort erlaubt dieser Website das Lesen nicht: Dann muss er den Header Access-Control-Allow-Origin senden.`,
  refused: (path, status) =>
    `Der Server antwortete auf ${path} mit ${status}. Prüfen, ob der ganze Ordner der Seite auf dem Server liegt.`,
  webPage: (path) =>
    `Der Server sandte statt ${path} eine Webseite. Dort fehlt die Datei, oder man muss sich erst anmelden.`,
  wrongType: (path, type) =>
    `Der Server sendet ${path} als „${type}“, und Browser führen nur text/javascript aus. Wer den Server betreibt, muss diesen Typ für Dateien einstellen, die auf .js enden.`,
  mixed: (paths) =>
    `Teile dieser Seite stammen aus verschiedenen Versionen; die Seite ohne Cache neu laden. ${paths.length > 0 ? `Was nicht passt: ${some(paths)}.` : ""}`.trim(),
  policy: (directive, needed) =>
    `Die Content-Security-Policy dieser Website verbietet, was die Seite braucht: ${directive} muss ${needed} erlauben.`,
  trustedTypes:
    "Diese Seite erlaubt Richtlinien für Trusted Types nur namentlich, und keine davon heißt „tabgrad“. Wer die Website betreibt, muss diesen Namen in der Content-Security-Policy bei trusted-types eintragen.",
  closedFrame:
    "Diese Seite steckt in einer Sandbox, die ihr keinen Ursprung (Origin) gibt; deshalb startet der Browser keinen Worker für sie. Wer den Rahmen angelegt hat, muss allow-scripts und allow-same-origin in sein Attribut sandbox schreiben oder das Attribut weglassen.",
  noWorkers: "Dieser Browser startet für diese Seite keine Worker, und das Training braucht einen. Einen anderen Browser verwenden.",
  noWasm:
    "WebAssembly ist in diesem Browser abgeschaltet, etwa durch den Blockierungsmodus oder eine Sicherheitseinstellung. Es für diese Website erlauben oder einen anderen Browser verwenden.",
  noSimd: "Dieser Browser ist zu alt: Sein WebAssembly hat kein SIMD. Chrome oder Edge ab 91, Firefox ab 89 oder Safari ab 16.4 verwenden.",
  damaged: (path, why) =>
    `${path} ist beschädigt oder unvollständig (${why}). Die Seite ohne Cache neu laden; hilft das nicht, die Datei noch einmal auf den Server legen.`,
  notStarted: (why) => `Der Worker, der trainiert, ist nicht gestartet (${why}).`,
  noPackages: (why) => `Welche schnelleren Builds es gibt, ist nicht bekannt; deshalb trainiert der einfache. ${why}`,
  dataElsewhere: (address) =>
    `Die Adresse verlangt Bilder von ${address}. Ein Link darf diese Seite nicht zu einer anderen Website schicken; deshalb werden die eigenen Bilder der Seite verwendet. Den Ordner neben die Seite legen.`,
  dataNowhere: (given) => `„${given}“ ist keine Adresse eines Ordners; deshalb werden die eigenen Bilder der Seite verwendet.`,
  broken: (why) =>
    `Etwas in dieser Seite ist schiefgegangen (${why}). Die anderen Teile laufen weiter; fehlt etwas, die Seite neu laden.`,
  brokenView: (heading, why) =>
    `Ein Teil von „${heading}“ ließ sich nicht anzeigen (${why}). Der Rest läuft weiter; für einen neuen Versuch die Seite neu laden.`,
  frame: (address) => `Wird hier nichts angezeigt, ${address} in einem eigenen Fenster öffnen.`,
  frameForbidden: (site) =>
    `Die Content-Security-Policy dieser Seite lässt keinen Rahmen von ${site} zu. Wer die Seite betreibt, muss diese Website bei frame-src eintragen.`,
};
