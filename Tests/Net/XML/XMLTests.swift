import Testing
import XML

@Suite struct `XML of S3` {
  @Test func `a completion of an upload is read`() throws {
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Part><ETag>&quot;abc&#x22;</ETag><PartNumber>1</PartNumber></Part><Part/>
      </CompleteMultipartUpload>
      """
    let root = try XMLReader.read(Array(text.utf8))
    #expect(root.name == "CompleteMultipartUpload")
    #expect(root.all("Part").count == 2)
    #expect(root.first("Part")?.first("ETag")?.text == "\"abc\"")
    #expect(root.first("Part")?.first("PartNumber")?.text == "1")
  }

  @Test(arguments: [
    "", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "<a>&#0;</a>", "<a b=c/>", "<a b=\"<\"/>",
    "<a b=\"", "<a b='x",
    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "<a><!-- x --></a>", "<a><![CDATA[x]]></a>",
    "<a><?php ?></a>", "<a><b><c><d><e><f><g><h><i/></h></g></f></e></d></c></b></a>", "<a", "<a>&#x110000;</a>",
  ])
  func `anything but elements and text is refused`(text: String) {
    #expect(throws: XMLReader.Malformed.self) { try XMLReader.read(Array(text.utf8)) }
  }

  @Test func `what is written is read back`() throws {
    let text = "<&>\" 'é' \u{1F3AC}\r\n"
    let bytes = XMLWriter.document("Root") { $0.element("Key", text) }
    #expect(try XMLReader.read(bytes).first("Key")?.text == text)
  }
}
