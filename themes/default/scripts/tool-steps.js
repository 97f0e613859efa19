/**
 * The way through the questions on a phone, where one is shown at a time. The browser's own Back and Forward walk it
 * where the page may write to its history; answers are never lost on the way.
 */
(function () {
  "use strict";

  const SB = /** @type {any} */ (window).SB;

  /** Changes the address or the history of the page; some web views refuse it for a local file. @param {() => void} change */
  SB.changeHistory = function (change) {
    try {
      change();
      return true;
    } catch (refused) {
      return false;
    }
  };

  /**
   * @param {string | null} first the question that is shown, `null` for the result
   * @param {boolean} inHistory
   * @param {(step: string | null) => void} show
   */
  SB.makeSteps = function (first, inHistory, show) {
    const kept = inHistory && history.state && history.state.tool;
    let depth = kept ? kept.depth : 0;
    /** @type {(string | null)[]} */
    const trail = [];
    trail[depth] = first;
    let written = Boolean(kept);

    /** @param {"pushState" | "replaceState"} method */
    function write(method) {
      const state = Object.assign({}, history.state, { tool: { depth, step: trail[depth] } });
      return SB.changeHistory(() => history[method](state, "", location.href));
    }

    if (inHistory) {
      window.addEventListener("popstate", (event) => {
        const tool = event.state && event.state.tool;
        if (!tool) return;
        depth = tool.depth;
        trail[depth] = tool.step;
        show(tool.step);
      });
    }

    return {
      /** @param {string | null} step */
      to(step) {
        if (step === trail[depth]) return;
        if (inHistory && !written) written = write("replaceState");
        depth++;
        trail.length = depth;
        trail[depth] = step;
        if (inHistory && written) written = write("pushState");
      },
      back() {
        if (depth === 0) return;
        if (inHistory && written) history.back();
        else show(trail[--depth] || null);
      },
      canGoBack: () => depth > 0,
    };
  };
})();
