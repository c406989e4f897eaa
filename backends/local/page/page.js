(function () {
  "use strict";
  var tools = document.querySelector(".tools");
  var find = document.getElementById("find");
  var state = document.getElementById("state");
  var steps = Array.prototype.slice.call(document.querySelectorAll("#steps details[data-name]"));
  tools.hidden = false;
  function filter() {
    var text = find.value.trim().toLowerCase();
    var count = 0;
    steps.forEach(function (step) {
      var fits = (!text || step.dataset.name.toLowerCase().indexOf(text) >= 0) &&
        (!state.value || step.dataset.state === state.value);
      step.hidden = !fits;
      count += fits ? 1 : 0;
    });
    steps.forEach(function (step) {
      if (step.hidden) { return; }
      for (var at = step.parentElement.closest("details[data-name]"); at; at = at.parentElement.closest("details[data-name]")) {
        at.hidden = false;
      }
    });
    document.getElementById("found").textContent = text || state.value ? count + " of " + steps.length : "";
  }
  function toggle(open) {
    steps.forEach(function (step) { if (!step.hidden) { step.open = open; } });
  }
  function show() {
    var id = decodeURIComponent(location.hash.slice(1));
    var found = id && document.getElementById(id);
    for (var at = found; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { at.open = true; }
      if (at.hidden) { at.hidden = false; }
    }
    if (found) { found.scrollIntoView(); }
  }
  tools.addEventListener("submit", function (event) { event.preventDefault(); });
  find.addEventListener("input", filter);
  state.addEventListener("change", filter);
  document.getElementById("open").addEventListener("click", function () { toggle(true); });
  document.getElementById("close").addEventListener("click", function () { toggle(false); });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape" && event.target === find) {
      find.value = "";
      filter();
    }
  });
  window.addEventListener("beforeprint", function () {
    steps.forEach(function (step) { if (step.dataset.state === "failed") { step.open = true; } });
  });
  window.addEventListener("hashchange", show);
  show();
})();
