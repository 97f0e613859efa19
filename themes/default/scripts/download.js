/** Gives the reader a file that the page has made. */
(function () {
  "use strict";

  const SB = /** @type {any} */ (window).SB;

  /** @param {string} text @param {string} name @param {string} type */
  SB.download = function (text, name, type) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = /** @type {HTMLAnchorElement} */ (SB.element("a", { href: address, download: name }));
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };
})();
