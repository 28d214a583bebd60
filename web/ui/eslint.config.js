import js from '@eslint/js'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import a11y from 'eslint-plugin-jsx-a11y'
import hooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import { readdirSync } from 'node:fs'
import ts from 'typescript-eslint'

const features = readdirSync(new URL('src/features', import.meta.url))

// Who may import whom. Everything may use api, format, i18n and components;
// from there it goes one way: modules → features → shell → routes.
const zones = [
  ...features.map((feature) => ({
    target: `./src/features/${feature}`,
    from: './src/features',
    except: [`./${feature}`],
    message: 'Features do not import each other; what two of them need is a module.',
  })),
  {
    target: ['./src/features', './src/modules', './src/components'],
    from: ['./src/routes', './src/shell'],
    message: 'Screens do not know where they are shown.',
  },
  {
    target: ['./src/modules', './src/components'],
    from: './src/features',
    message: 'Modules and components are used by features, not the other way round.',
  },
  {
    target: './src/components',
    from: './src/modules',
    message: 'Components would be at home in any app; what knows about requests and machines is a module.',
  },
  {
    target: ['./src/api', './src/format', './src/i18n'],
    from: ['./src/components', './src/modules', './src/features', './src/routes', './src/shell'],
    message: 'The API, formats and texts draw nothing.',
  },
]

export default ts.config(
  { ignores: ['dist', 'src/api/*.gen.ts'] },
  js.configs.recommended,
  {
    files: ['build/**/*.mjs', 'eslint.config.js'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['public/**/*.js'],
    languageOptions: { globals: globals.browser, sourceType: 'script' },
  },
  {
    files: ['src/**/*.{ts,tsx}', 'vite.config.ts'],
    extends: [ts.configs.strictTypeChecked, hooks.configs.flat.recommended, a11y.flatConfigs.strict],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' }],
      // Numbers in texts are what texts are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // () => setOpen(true) reads better than its block.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
)
