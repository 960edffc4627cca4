<?php
echo "Hello from a container";
