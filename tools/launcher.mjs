// The entry point of every npm script: `node tools/launcher.mjs <command> [arguments]`.
// ES5 syntax, which very old versions of Node can parse: they print the message below instead of a syntax error.
const OLDEST_NODE = 20;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    'Fieldgate needs Node ' +
      OLDEST_NODE +
      ' or newer, and this is Node ' +
      process.versions.node +
      ': install it from https://nodejs.org and try again.',
  );
  process.exit(1);
} else {
  void import('./launcher/launch.mjs').then(function start(module) {
    return module.launch(process.argv[2], process.argv.slice(3));
  });
}
