// The behaviour of every page. Each module listens on the document, so swapped content needs no set-up call.
// Import the modules, never this file: it is loaded by its versioned address, a second one would run it twice.
import "./focus.js";
import "./requests.js";
import "./layers.js";
import "./forms.js";
import "./composer.js";
import "./combobox.js";
import "./preferences.js";
import "./keyboard.js";
