<?php
// A test of the installation, and meant to be deleted.
phpinfo();
