internal import HTTP

/// What a path names: the service, a bucket, or an object in a bucket. Path style: `/bucket/key`.
enum S3Target: Equatable {
  case service
  case bucket(String)
  case object(bucket: String, key: ObjectKey)

  init(path: ArraySlice<UInt8>) throws(S3Error) {
    let rest = path.dropFirst()
    guard !rest.isEmpty else {
      self = .service
      return
    }
    let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    guard let bucket = HTTP.PercentEncoding.decode(rest[..<slash])?.text,
      let key = HTTP.PercentEncoding.decode(rest[slash...].dropFirst())
    else { throw .invalidURI }
    guard BucketName.isValid(bucket) else { throw .invalidBucketName }
    if key.isEmpty {
      self = .bucket(bucket)
    } else if let key = ObjectKey(key) {
      self = .object(bucket: bucket, key: key)
    } else {
      throw key.count > ObjectKey.longest ? .keyTooLong : .invalidURI
    }
  }
}
