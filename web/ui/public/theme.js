// Runs before the first paint, so that nobody is dazzled by the wrong theme and
// assistive technology hears the right language. The portal's own code takes
// over from here: src/theme.ts and src/i18n.
(function () {
  var root = document.documentElement
  var stored = function (key) {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  }
  var theme = stored('dcm.theme')
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  var language = stored('dcm.language') || navigator.language || 'en'
  root.lang = language.toLowerCase().indexOf('de') === 0 ? 'de' : 'en'
})()
