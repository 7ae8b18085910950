(() => {
	const form = document.getElementById("filter");
	if (!form) return;
	const { text, outcome, open, close } = form.elements;
	const status = form.querySelector("output");
	const groups = [...document.querySelectorAll("details.group")].map((element) => ({
		element,
		section: element.closest(".adapter"),
		open: element.open,
		clauses: [...element.querySelectorAll(".clause")].map((clause) => ({
			element: clause,
			outcomes: clause.dataset.outcomes.split(","),
			text: [element.closest(".adapter").dataset.name, element.dataset.title, clause.textContent].join(" ").toLowerCase(),
		})),
	}));
	const sections = [...document.querySelectorAll(".adapter")];
	let filtering = false;

	const apply = () => {
		const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
		const before = filtering;
		filtering = words.length > 0 || outcome.value !== "";
		let shown = 0, all = 0;
		for (const group of groups) {
			if (filtering && !before) group.open = group.element.open;
			let any = false;
			for (const clause of group.clauses) {
				const hit = (!outcome.value || clause.outcomes.includes(outcome.value)) && words.every((word) => clause.text.includes(word));
				clause.element.hidden = !hit;
				any ||= hit;
				shown += hit;
				all++;
			}
			group.element.hidden = !any;
			if (filtering) group.element.open = any;
			else if (before) group.element.open = group.open;
		}
		for (const section of sections) {
			section.hidden = filtering && !groups.some((group) => group.section === section && !group.element.hidden);
		}
		status.value = filtering ? `${shown} of ${all} clauses` : "";
	};

	// A cell of the tables leads to a part of the page, which is shown and open then.
	const reveal = () => {
		const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
		if (!target?.closest(".adapter")) return;
		if (target.closest("[hidden]")) {
			form.reset();
			apply();
		}
		const group = target.closest("details");
		if (group) group.open = true;
		target.scrollIntoView();
	};

	form.hidden = false;
	form.addEventListener("input", apply);
	form.addEventListener("submit", (event) => event.preventDefault());
	open.addEventListener("click", () => groups.forEach((group) => { group.element.open = true; }));
	close.addEventListener("click", () => groups.forEach((group) => { group.element.open = false; }));
	window.addEventListener("hashchange", reveal);
	apply();
	reveal();
})();
