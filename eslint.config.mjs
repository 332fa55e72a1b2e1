import globals from "globals";

export default [
    {ignores: ["node_modules/**", ".erp/**"]},
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, odoo: "readonly", luxon: "readonly", Chart: "readonly"},
        },
        rules: {
            "block-scoped-var": "error",
            "callback-return": "error",
            camelcase: ["error", {properties: "never", allow: ["^[a-z]+(_[a-z]+)+$"]}],
            curly: "error",
            eqeqeq: "error",
            "no-console": "error",
            "no-debugger": "error",
            "no-dupe-keys": "error",
            "no-redeclare": "error",
            "no-undef": "error",
            "no-unused-vars": "error",
            "no-var": "error",
            "no-shadow": "error",
            "prefer-const": "error",
        },
    },
];
