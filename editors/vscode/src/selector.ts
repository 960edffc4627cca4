/**
 * Which documents the server is told about.
 *
 * In: nothing. Out: one selector. Invariant: it never depends on which extension claimed a document: a file that another
 * one calls `properties` is seen by its name. What a file really is, the server decides by its place and content.
 */
import type { DocumentSelector } from "vscode-languageclient/node";

/** Languages that are ours or another extension's name for the same thing; these count for unsaved documents too. */
const LANGUAGES = ["php-fpm", "php-ini", "nginx", "NGINX", "apacheconf", "apache", "htaccess"];

/** Files by name. VS Code itself takes most of them for `properties`, `ini` or plain text. */
const FILES = [
  "**/*.{conf,ini,vhost}",
  "**/{.htaccess,fastcgi_params,php.ini-development,php.ini-production,fpmlint.toml}",
  "**/{nginx,apache2,httpd}/**/*.inc",
  "**/{sites-available,sites-enabled,vhosts.d}/*",
];

/** The selector of the client and of the status item. */
export const SELECTOR: DocumentSelector & ({ language: string; scheme: string } | { pattern: string; scheme: string })[] = [
  ...LANGUAGES.flatMap((language) => ["file", "untitled"].map((scheme) => ({ scheme, language }))),
  ...FILES.map((pattern) => ({ scheme: "file", pattern })),
];
