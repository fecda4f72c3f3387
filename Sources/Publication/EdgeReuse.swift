/// To whom the edge may give an answer again. The origin says it in the field Edge-Reuse, which no client ever sees.
package enum EdgeReuse: String, Sendable {
  /// Only to callers from the same country.
  case country
  /// Only to callers with a public API key: an edge that knows none does not keep the answer.
  case publicKey = "public-key"
}
