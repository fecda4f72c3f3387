internal import HTTP

/// Where a list's other pages are, as the field Link. Source: RFC 8288.
struct PageLinks {
  private let path: String
  /// All filters, repeated names too, but the page and the caller's key: the answer is shared by callers.
  private let filters: [String]
  private let page: Int
  private let last: Int

  init(_ request: Request, page: Int, size: Int, total: Int) {
    path = String(decoding: request.path, as: UTF8.self)
    filters = request.queryItems.filter { $0.name != "page" && $0.name != "api_key" }.map {
      "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))"
    }
    self.page = page
    last = max(1, (total + size - 1) / size)
  }

  /// Only those that apply: the first page has no previous one.
  var field: String {
    var links = [link("first", 1)]
    if page > 1 { links.append(link("prev", min(page - 1, last))) }
    if page < last { links.append(link("next", page + 1)) }
    links.append(link("last", last))
    return links.joined(separator: ", ")
  }

  private func link(_ relation: String, _ number: Int) -> String {
    "<\(path)?\((filters + ["page=\(number)"]).joined(separator: "&"))>; rel=\"\(relation)\""
  }
}
