// Listens as its argument says, and tells all that happens to it, one line of JSON each.
const { io } = require("socket.io-client");

const { url, options } = JSON.parse(process.argv[2]);
const tell = (event, data) => console.log(JSON.stringify({ event, data }));
const socket = io(url, options);

socket.on("connect", () => tell("connect", socket.id));
socket.on("connect_error", (error) => tell("connect_error", { message: error.message, data: error.data }));
socket.on("disconnect", (reason) => tell("disconnect", reason));
socket.onAny(tell);
socket.io.engine.on("upgrade", (transport) => tell("upgrade", transport.name));
