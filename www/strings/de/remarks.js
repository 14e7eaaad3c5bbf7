// What is said in German of runs that do not learn, and of pictures on which a measure means nothing: a sentence
// each, with what to try.

import { figure, integer, percent, wholePercent } from "../../format.js";

/** Classes that are named in a sentence. */
const MOST_NAMED = 5;

/** @param {string[]} names */
function some(names) {
  if (names.length > MOST_NAMED) return `${names.slice(0, MOST_NAMED).join(", ")} und ${integer(names.length - MOST_NAMED)} weiteren`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} oder ${names.at(-1)}`;
}

/** @type {typeof import("../remarks.js").remarks} */
export const remarks = {
  heading: "Anmerkungen zu diesem Lauf",
  finding(finding) {
    switch (finding.sign) {
      case "black-reconstructions":
        return "Alle Rekonstruktionen sind schwarz: Die relu der Ausgabe ergibt für jeden Wert 0, und dann wird nichts mehr gelernt. Die Ausgabe sigmoid, eine kleinere Lernrate oder einen anderen Seed versuchen.";
      case "white-reconstructions":
        return "Alle Rekonstruktionen sind weiß: Jede Ausgabe ist 1 oder größer; dort hat dieser Verlust keine Steigung, und dann wird nichts mehr gelernt. Die Ausgabe sigmoid, eine kleinere Lernrate oder einen anderen Seed versuchen.";
      case "same-reconstructions":
        return "Alle Bilder werden zum selben Bild rekonstruiert; der Code sagt also nichts über sie. Eine kleinere Lernrate, einen anderen Seed oder mehr Epochen versuchen.";
      case "diverging":
        return `Der Verlust ist ${figure(finding.loss)}, am Anfang war er ${figure(finding.start)}: Das Training divergiert, auch wenn der Verlust noch eine Zahl ist. Eine viel kleinere Lernrate versuchen.`;
      case "rising":
        return `Der Verlust ist ${figure(finding.loss)}, weit über dem Anfangswert ${figure(finding.start)}: Das Training macht ihn schlechter. Eine kleinere Lernrate versuchen.`;
      case "guessing":
        return `Der Verlust ist seit ${finding.epochs === 1 ? "einer Epoche" : `${integer(finding.epochs)} Epochen`} der des Ratens (${figure(finding.guess)})${finding.same ? ", und jedes Bild bekommt dieselbe Antwort" : ""}. Eine kleinere Lernrate, einen anderen Seed oder mehr Epochen versuchen.`;
      case "young-averages":
        return `Nach ${finding.steps === 1 ? "einem Schritt" : `${integer(finding.steps)} Schritten`} bestehen die gleitenden Mittelwerte der Batch-Normalisierung noch zu ${wholePercent(finding.share)} aus ihren Anfangswerten; deshalb schneiden Testbilder schlechter ab als Trainingsbilder. Mehr Schritte trainieren: mehr Epochen oder kleinere Batches.`;
      case "by-heart":
        return `Die Trainingsbilder sind auswendig gelernt (${percent(finding.accuracy)} richtig), die Testbilder geraten (${percent(finding.valAccuracy)}): Überanpassung. Mehr Trainingsbilder oder weniger Epochen versuchen.`;
    }
    // A later version of the library may know more signs.
    return "";
  },
  noisier: (input, output, pictures) =>
    `Die Rekonstruktionen sind schlechter als die verrauschten Bilder, die das Netz bekam: Ihr PSNR beträgt ${output}, der der Eingabe ${input}, beide über dieselben ${integer(pictures)} Testbilder. Das Entrauschen ist noch nicht gelernt. Mehr Epochen versuchen; gegen schwaches Rauschen ist schwer anzukommen, weil der Code selbst Einzelheiten verliert.`,
  caveat(caveat) {
    switch (caveat.kind) {
      case "one-class":
        return "Alle Trainingsbilder gehören zu einer Klasse; ein Klassifikator hat also immer recht und lernt nichts. Eine Klasse hinzufügen oder einen Autoencoder trainieren.";
      case "no-test-pictures":
        return `Es gibt keine Testbilder von ${some(caveat.classes)}: Die Genauigkeit sagt nichts über ${caveat.classes.length === 1 ? "diese Klasse" : "diese Klassen"}.`;
      case "no-training-pictures":
        return `Es gibt keine Trainingsbilder von ${some(caveat.classes)}; deshalb zählt jedes Testbild ${caveat.classes.length === 1 ? "dieser Klasse" : "dieser Klassen"} als falsch.`;
      case "grey-pictures":
        return "Die meisten Pixel der Testbilder sind grau und haben keinen stärksten Kanal; deshalb sagt die „accuracy“ von Keras hier nichts.";
      case "mid-tones":
        return "Die meisten Pixel der Testbilder sind weder schwarz noch weiß. Die „accuracy“ von Keras zählt nur solche Pixel und sagt deshalb hier nichts.";
      case "small-pictures":
        return `Die kürzere Seite der Bilder hat ${integer(caveat.side)} Pixel, und SSIM vergleicht Ausschnitte von 11 × 11: Es gibt keinen. Stattdessen gilt der mittlere quadratische Fehler.`;
      case "plain-pictures":
        return "Die meisten Testbilder haben überall dieselbe Farbe und keine Struktur; deshalb sagt SSIM hier nichts.";
    }
    return "";
  },
};
