internal import Glibc

/// The loop of this thread, as a POSIX thread-specific value: Swift has no thread-local stored properties.
private let key: pthread_key_t = {
  var key = pthread_key_t()
  unsafe pthread_key_create(&key, nil)
  return key
}()

/// OWNERSHIP: unretained; `EventLoop.run` sets it for as long as it holds the loop.
var currentLoop: EventLoop? {
  get {
    guard let pointer = unsafe pthread_getspecific(key) else { return nil }
    return unsafe Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
  }
  set { unsafe pthread_setspecific(key, newValue.map { unsafe Unmanaged.passUnretained($0).toOpaque() }) }
}
