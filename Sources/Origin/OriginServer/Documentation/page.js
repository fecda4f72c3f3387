// Shows /openapi.json and lets a reader send each request. Text only ever enters the page as text.
"use strict";

const methods = ["get", "head", "post", "put", "patch", "delete"];
const at = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A value of the schema's shape, for a reader to change. */
function example(schema) {
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case "object":
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, example(part)]));
    case "array": return [example(schema.items ?? {})];
    case "integer": return schema.minimum ?? 0;
    case "number": return 0;
    case "boolean": return false;
    case "string": return schema.description ?? "";
    default: return null;
  }
}

const jsonOf = (content) => content?.["application/json"]?.schema;
const pretty = (value) => JSON.stringify(value, null, 2);

function caller(operation) {
  const scheme = Object.keys(operation.security?.[0] ?? {})[0];
  return { bearer: "needs an access token", publicKey: "needs an API key where one is set" }[scheme] ?? "open to anyone";
}

/** The request as the form has it. Empty fields are left out. */
function requestOf(path, method, inputs, body) {
  const query = new URLSearchParams();
  const headers = {};
  let target = path;
  for (const { parameter, input } of inputs) {
    if (parameter.in === "path") target = target.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (!input.value) continue;
    else if (parameter.in === "query") query.append(parameter.name, input.value);
    else headers[parameter.name] = input.value;
  }
  if (at("token").value) headers.Authorization = `Bearer ${at("token").value}`;
  if (body) headers["Content-Type"] = "application/json";
  const question = query.size > 0 ? `?${query}` : "";
  return [target + question, { method: method.toUpperCase(), headers, body: body?.value }];
}

async function send(request, output) {
  output.textContent = "…";
  try {
    const answer = await fetch(...request);
    const text = await answer.text();
    let shown = text;
    try { shown = pretty(JSON.parse(text)); } catch { /* It is no JSON: shown as it is. */ }
    output.textContent = `${answer.status} ${answer.statusText}\n\n${shown}`;
  } catch (error) {
    output.textContent = String(error);
  }
}

function details(path, method, operation) {
  const box = element("div", {}, element("p", { className: "note", textContent: caller(operation) }));
  const inputs = (operation.parameters ?? []).map((parameter) => {
    const input = element("input", { placeholder: parameter.schema.description ?? parameter.schema.type ?? "" });
    const name = `${parameter.name}${parameter.required ? " *" : ""} (${parameter.in})`;
    box.append(element("label", {}, element("code", { textContent: name }), input));
    return { parameter, input };
  });
  const schema = jsonOf(operation.requestBody?.content);
  const body = schema && element("textarea", { value: pretty(example(schema)), spellcheck: false, ariaLabel: "Body" });
  if (body) box.append(element("h3", { textContent: "Body" }), body);
  for (const [status, response] of Object.entries(operation.responses)) {
    const shape = jsonOf(response.content);
    box.append(element("h3", { textContent: `${status} · ${response.description}` }));
    if (shape) box.append(element("pre", { textContent: pretty(example(shape)) }));
  }
  const output = element("pre", { hidden: true });
  const button = element("button", { type: "button", textContent: "Send" });
  button.addEventListener("click", () => {
    output.hidden = false;
    send(requestOf(path, method, inputs, body), output);
  });
  box.append(button, output);
  return box;
}

function entry(path, method, operation) {
  const made = element(
    "details", {},
    element(
      "summary", {},
      element("span", { className: `method ${method}`, textContent: method.toUpperCase() }),
      element("code", { textContent: path }),
      element("span", { textContent: operation.summary })));
  made.dataset.text = `${method} ${path} ${operation.summary}`.toLowerCase();
  made.addEventListener("toggle", () => {
    if (made.childElementCount === 1) made.append(details(path, method, operation));
  });
  return made;
}

/** The part of the API that a path belongs to: what follows its version. */
const groupOf = (path) => path.replace(/^\/api\/v\d+\//, "").split("/").filter(Boolean)[0] ?? "other";

function show(description) {
  at("title").replaceChildren(
    description.info.title, " ", element("small", { textContent: description.info.version }));
  const groups = new Map();
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const method of methods.filter((method) => method in operations)) {
      const name = groupOf(path);
      if (!groups.has(name)) groups.set(name, element("section", {}, element("h2", { textContent: name })));
      groups.get(name).append(entry(path, method, operations[method]));
    }
  }
  at("operations").replaceChildren(...groups.values());
}

at("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const section of document.querySelectorAll("section")) {
    const entries = [...section.querySelectorAll("details")];
    for (const made of entries) made.hidden = !made.dataset.text.includes(wanted);
    section.hidden = entries.every((made) => made.hidden);
  }
});

fetch("/openapi.json").then((answer) => answer.json()).then(show, (error) => {
  at("operations").textContent = `The description cannot be read: ${error}`;
});
