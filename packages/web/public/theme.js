// Before the first paint, so that nothing flashes in the other theme. The app keeps these two attributes up to date.
try {
  const { theme, contrast } = JSON.parse(localStorage.getItem('waypost.look') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (contrast === 'more') document.documentElement.dataset.contrast = contrast;
} catch {
  // Storage may be closed to the page; then it looks as the system does.
}
