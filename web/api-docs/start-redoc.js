// The page's content security policy allows no inline script, hence this file. Search would need a worker made from a blob.
"use strict";

Redoc.init("/api/v1/schema/?format=json", { disableSearch: true, hideDownloadButton: false }, document.getElementById("page"));
