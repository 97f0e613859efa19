// The last part of assets/boot.js: runs before the page is drawn, so that nothing jumps.
(function () {
  "use strict";
  var boot = /** @type {any} */ (window).SB_BOOT;
  var script = /** @type {HTMLScriptElement} */ (document.currentScript);
  boot.root = new URL("../", script.src).href;
  var classes = ["js"];
  try {
    var stored = JSON.parse(localStorage.getItem("salesbook:" + boot.playbook) || "{}");
    if (stored.theme === "dark" || stored.theme === "light") classes.push("theme-" + stored.theme);
  } catch (error) {
    // Storage may be blocked; the system's choice of light or dark then holds.
  }
  document.documentElement.className = classes.join(" ");
})();
