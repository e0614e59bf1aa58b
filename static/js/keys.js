/* / puts the focus in the search box, from anywhere but a field. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.getElementById("zoek");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
