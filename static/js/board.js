// The board: one move() for mouse, touch, keyboard and menu. Loaded by board pages only.
import "./board/moves.js";
import "./board/drag.js";
import "./board/keys.js";
import "./board/poll.js";
